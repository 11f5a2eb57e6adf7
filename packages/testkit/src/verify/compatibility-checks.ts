import type { AnyConnector } from "@arbitex/core";
import type { Setting } from "@arbitex/core/host";
import { settingsOf } from "@arbitex/core/host";
import type { Check } from "../conformance/check.ts";
import { check, unless } from "../conformance/check.ts";

const NO_EARLIER = "No earlier version was given: --before PACKAGE compares with one.";

/**
 * Whether configurations of an earlier version are valid in this one. A failed check needs a new major version, and a
 * note for those who upgrade.
 */
export function compatibilityChecks(connector: AnyConnector, before: AnyConnector | undefined): readonly Check[] {
  const reason = before === undefined ? NO_EARLIER : undefined;
  const earlier = before ?? connector;
  const now = new Map(settingsOf(connector.configSchema).map((setting) => [setting.key, setting]));
  const kept = (problemsOf: (was: Setting, is: Setting) => readonly string[]) => () =>
    settingsOf(earlier.configSchema).flatMap((was) => {
      const is = now.get(was.key);
      return is === undefined ? [] : problemsOf(was, is);
    });
  return [
    check(
      "before-type",
      "keeps its type",
      () => unless(connector.type === earlier.type, `the type was ${earlier.type}, and is ${connector.type}`),
      reason,
    ),
    check(
      "before-prefix",
      "keeps its variables",
      () =>
        unless(
          earlier.envPrefix === undefined || connector.envPrefix === earlier.envPrefix,
          `envPrefix was ${String(earlier.envPrefix)}, and is ${String(connector.envPrefix)}`,
        ),
      reason,
    ),
    check(
      "before-settings",
      "keeps its settings",
      () =>
        settingsOf(earlier.configSchema)
          .filter(({ key }) => !now.has(key))
          .map(({ key }) => `${key} is gone, and a configuration with it is refused`),
      reason,
    ),
    check(
      "before-required",
      "asks for nothing more",
      () => {
        const wasRequired = new Set(
          settingsOf(earlier.configSchema)
            .filter(({ isRequired }) => isRequired)
            .map(({ key }) => key),
        );
        return [...now.values()]
          .filter(({ key, isRequired }) => isRequired && !wasRequired.has(key))
          .map(({ key }) => `${key} is required, and a configuration without it is refused`);
      },
      reason,
    ),
    check(
      "before-values",
      "takes the values that it took",
      kept((was, is) => [
        ...unless(was.type === is.type || is.type === "other", `${was.key} was of type ${was.type}, and is ${is.type}`),
        ...(was.choices ?? [])
          .filter((choice) => is.choices !== undefined && !is.choices.includes(choice))
          .map((choice) => `${was.key} does not take ${choice} any more`),
      ]),
      reason,
    ),
    check(
      "before-defaults",
      "means the same where nothing is set",
      kept((was, is) =>
        unless(
          was.defaultValue === undefined || JSON.stringify(was.defaultValue) === JSON.stringify(is.defaultValue),
          `${was.key} was ${JSON.stringify(was.defaultValue)} where it is not set, and is ${JSON.stringify(is.defaultValue)}`,
        ),
      ),
      reason,
    ),
    check(
      "before-secrets",
      "keeps its secrets secret",
      kept((was, is) => unless(!was.isSecret || is.isSecret, `${was.key} was a secret, and is none`)),
      reason,
    ),
  ];
}
