import type { AnyConnector } from "@arbitex/core";
import type { Setting } from "@arbitex/core/host";
import { deliverySchema, jsonSchemaOf, settingsOf } from "@arbitex/core/host";
import { isObject } from "@arbitex/simulators";
import type { Check } from "./check.ts";
import { check, unless } from "./check.ts";
import type { WithSettings } from "./declaration-checks.ts";

const SNAKE_CASE = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/;
/** Names that suggest a secret. `client_id`, `key_id` and certificates are none. */
const SECRET_NAME = /(?:^|_)(?:token|secret|password|passphrase|api_key|private_key|tls_key)$/;
/** Of a description that offers a file of the server to those who fill the setting. */
const OFFERS_FILE = /\bfile's path\b|\bpath of a file\b/i;

/** Checks a connector's configuration schema, from which forms, documents and error texts are generated. */
export function settingsChecks({ configSchema }: AnyConnector, withSettings: WithSettings): readonly Check[] {
  const each = (problemsOf: (setting: Setting) => readonly string[]) => () =>
    settingsOf(configSchema).flatMap((setting) => problemsOf(setting));
  return [
    check("settings-some", "has a schema that is an object", () =>
      unless(settingsOf(configSchema).length > 0, "the schema is no object with settings"),
    ),
    check("settings-accepted", "takes the settings of its simulator", () =>
      withSettings((settings) => {
        const { success, error } = configSchema.safeParse(settings);
        return success ? [] : [`they are refused: ${error.message}`];
      }),
    ),
    check("settings-strict", "refuses a misspelt setting", () =>
      withSettings((settings) =>
        unless(!configSchema.safeParse({ ...settings, no_such_setting: "x" }).success, "an unknown key is not refused"),
      ),
    ),
    check("settings-missing", "names a required setting that is missing", () => missingProblems(configSchema)),
    check(
      "settings-keys",
      "spells its settings as all do",
      each(({ key }) => unless(SNAKE_CASE.test(key), `${key} is not in snake_case`)),
    ),
    check(
      "settings-described",
      "describes its settings",
      each(({ key, description }) => unless(description.trim() !== "", `${key} has no description`)),
    ),
    check(
      "settings-secret",
      "marks what is secret",
      each(({ key, isSecret }) =>
        unless(isSecret || !SECRET_NAME.test(key), `${key} sounds like a secret and is not made by secret()`),
      ),
    ),
    check(
      "settings-files",
      "lets no organisation name a file of the server",
      each(({ key, description, operatorOnly }) =>
        unless(
          operatorOnly !== undefined || !OFFERS_FILE.test(description),
          `${key} may name a file, and its meta does not say operatorOnly: organisations could have the server's files read`,
        ),
      ),
    ),
    check("settings-forms", "has settings that a form can ask for", () => {
      const properties = jsonSchemaOf(configSchema)["properties"];
      return settingsOf(configSchema)
        .filter(({ key }) => !isRepresented(isObject(properties) ? properties[key] : undefined))
        .map(({ key }) => `${key} cannot be written as JSON Schema, so that no form can ask for it`);
    }),
    check(
      "settings-delivery",
      "leaves the delivery's own variables alone",
      each(({ key }) =>
        unless(
          key === "compression" || !Object.hasOwn(deliverySchema.shape, key),
          `${key} is a setting of every delivery: its variable would set both`,
        ),
      ),
    ),
  ];
}

/** With empty settings, the error must name each missing setting. */
function missingProblems(schema: AnyConnector["configSchema"]): readonly string[] {
  const { error } = schema.safeParse({});
  const named = new Set(error?.issues.map(({ path: [key] }) => key));
  return settingsOf(schema)
    .filter(({ key, isRequired }) => isRequired && !named.has(key))
    .map(({ key }) => `${key} is required, and the error for settings without it does not name it`);
}

function isRepresented(property: unknown): boolean {
  return (
    isObject(property) && ["type", "enum", "const", "anyOf", "oneOf", "allOf", "$ref"].some((key) => key in property)
  );
}
