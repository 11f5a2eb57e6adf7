import type { AnyConnector } from "@arbitex/core";
import type { Setting } from "@arbitex/core/host";
import { jsonSchemaOf, settingsOf, variableOf } from "@arbitex/core/host";
import { isObject } from "@arbitex/simulators";
import type { Settings } from "./subject.ts";

const SNAKE_CASE = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/;
const PREFIX = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/;
/** Names that promise a secret. `client_id`, `key_id` and certificates are none. */
const SECRET_NAME = /(?:^|_)(?:token|secret|password|passphrase|api_key|private_key|tls_key)$/;

/** What is wrong with a connector's configuration schema, from which forms, documents and variables are made. */
export function settingsProblems({ configSchema }: AnyConnector, given: Settings): readonly string[] {
  const settings = settingsOf(configSchema);
  const properties = jsonSchemaOf(configSchema)["properties"];
  const parsed = configSchema.safeParse(given);
  return [
    ...(parsed.success ? [] : [`the settings of the simulator are refused: ${parsed.error.message}`]),
    ...(configSchema.safeParse({ ...given, no_such_setting: "x" }).success ? ["an unknown key is not refused"] : []),
    ...(settings.length === 0 ? ["the schema is no object with settings"] : []),
    ...settings.flatMap((setting) => settingProblems(setting)),
    ...settings
      .filter(({ key }) => !isRepresented(isObject(properties) ? properties[key] : undefined))
      .map(({ key }) => `${key} cannot be written as JSON Schema, so that no form can ask for it`),
  ];
}

/** Of a description that offers a file of the server to whoever fills the setting. */
const OFFERS_FILE = /\bfile's path\b|\bpath of a file\b/i;

function settingProblems({ key, description, isSecret, operatorOnly }: Setting): readonly string[] {
  return [
    ...(SNAKE_CASE.test(key) ? [] : [`${key} is not in snake_case`]),
    ...(description.trim() === "" ? [`${key} has no description`] : []),
    ...(SECRET_NAME.test(key) && !isSecret ? [`${key} sounds like a secret and is not made by secret()`] : []),
    ...(OFFERS_FILE.test(description) && operatorOnly === undefined
      ? [
          `${key} may name a file, and its meta does not say operatorOnly: organisations could have the server's files read`,
        ]
      : []),
  ];
}

function isRepresented(property: unknown): boolean {
  return (
    isObject(property) && ["type", "enum", "const", "anyOf", "oneOf", "allOf", "$ref"].some((key) => key in property)
  );
}

/** What keeps the environment's variables from filling the settings. */
export function environmentProblems({ configSchema, envPrefix }: AnyConnector, given: Settings): readonly string[] {
  // Without a prefix there are no variables, which is a connector's right.
  if (envPrefix === undefined) return [];
  if (!PREFIX.test(envPrefix)) return [`envPrefix ${envPrefix} is not in capitals`];
  const settings = settingsOf(configSchema);
  const unwritable = settings.filter(({ type, isRequired }) => type === "other" && isRequired);
  const config = Object.fromEntries(
    settings
      .filter(({ key }) => key in given)
      .map((setting) => [setting.key, fromVariable(setting, given[setting.key])]),
  );
  return [
    ...unwritable.map(({ key }) => `${variableOf(envPrefix, key)} cannot be written as text, and is required`),
    ...(configSchema.safeParse(config).success
      ? []
      : ["the settings of the simulator are refused when they come as variables"]),
  ];
}

/** A setting on its way through the text of a variable, as the host reads it. */
function fromVariable({ type }: Setting, value: unknown): unknown {
  const text = Array.isArray(value) ? value.join(",") : String(value);
  switch (type) {
    case "boolean":
      return text === "true";
    case "integer":
    case "number":
      return Number(text);
    case "list":
      return text.split(",");
    case "string":
    case "other":
      return text;
    default:
      return type satisfies never;
  }
}
