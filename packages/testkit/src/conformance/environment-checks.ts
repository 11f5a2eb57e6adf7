import type { AnyConnector } from "@arbitex/core";
import type { Setting } from "@arbitex/core/host";
import { settingsOf, variableOf } from "@arbitex/core/host";
import type { Check } from "./check.ts";
import { check, unless } from "./check.ts";
import type { WithSettings } from "./declaration-checks.ts";

const PREFIX = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/;
const NO_VARIABLES = "It has no envPrefix, so that no variables make a destination of it.";

/** Checks that environment variables can fill the settings of a connector with a prefix. */
export function environmentChecks(connector: AnyConnector, withSettings: WithSettings): readonly Check[] {
  const { configSchema, envPrefix } = connector;
  const reason = envPrefix === undefined ? NO_VARIABLES : undefined;
  return [
    check(
      "env-prefix",
      "has a prefix that can begin a variable",
      () => unless(PREFIX.test(envPrefix ?? ""), `envPrefix ${String(envPrefix)} is not in capitals`),
      reason,
    ),
    check(
      "env-required",
      "has required settings that can be written as text",
      () =>
        settingsOf(configSchema)
          .filter(({ type, isRequired }) => type === "other" && isRequired)
          .map(({ key }) => `${variableOf(envPrefix ?? "", key)} cannot be written as text, and is required`),
      reason,
    ),
    check(
      "env-accepted",
      "takes the settings of its simulator as variables",
      () =>
        withSettings((settings) => {
          const config = Object.fromEntries(
            settingsOf(configSchema)
              .filter(({ key }) => key in settings)
              .map((setting) => [setting.key, fromVariable(setting, settings[setting.key])]),
          );
          return unless(configSchema.safeParse(config).success, "they are refused when they come as variables");
        }),
      reason,
    ),
  ];
}

/** Converts a setting to a variable's text and back, as the host reads it. */
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
