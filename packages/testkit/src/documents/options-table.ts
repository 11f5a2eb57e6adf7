import type { AnyConnector } from "@arbitex/core";
import type { Setting } from "@arbitex/core/host";
import { settingsOf, variableOf } from "@arbitex/core/host";

/** A Markdown table of a connector's settings for its README, generated from its schema. */
export function optionsTable({ configSchema, envPrefix }: Pick<AnyConnector, "configSchema" | "envPrefix">): string {
  return [
    "| Setting | Variable | Default | Meaning |",
    "| --- | --- | --- | --- |",
    ...settingsOf(configSchema).map((setting) => row(setting, envPrefix)),
  ].join("\n");
}

function row(setting: Setting, prefix: string | undefined): string {
  const { key, choices, defaultValue, isRequired, isSecret, description } = setting;
  const name = isRequired ? `**\`${key}\`**` : `\`${key}\``;
  const variable = prefix === undefined ? "" : `\`${variableOf(prefix, key)}\``;
  const standard = isRequired ? "required" : defaultValue === undefined ? "" : `\`${shown(defaultValue)}\``;
  const secrecy = isSecret ? " Secret." : "";
  return `| ${name} | ${variable} | ${standard} | ${escaped(description)}${oneOf(choices)}${secrecy} |`;
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function oneOf(choices: readonly string[] | undefined): string {
  return choices === undefined ? "" : ` One of ${choices.map((choice) => `\`${choice}\``).join(", ")}.`;
}

function escaped(text: string): string {
  return text.replaceAll("|", "\\|");
}
