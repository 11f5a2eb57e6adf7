import type { AnyConnector } from "@arbitex/core";
import type { ConnectorPackage, ConnectorRegistry, Setting } from "@arbitex/core/host";
import { installCommand, lookedText } from "@arbitex/core/config";
import { deliverySchema, jsonSchemaOf, settingsOf, variableOf } from "@arbitex/core/host";
import type { ExitCode } from "../account/account.ts";
import { messageOf } from "../../message-of.ts";
import type { Paint } from "../terminal/paint.ts";
import { tableLines } from "../terminal/table.ts";
import { wrapped } from "../terminal/wrapped.ts";
import type { CommandContext } from "../shared/context.ts";
import { loadRegistry, paintOf, printJson, printLines, widthOf } from "../shared/context.ts";

export async function list(context: CommandContext): Promise<ExitCode> {
  const registry = await loadRegistry(context);
  const rows = await Promise.all(registry.packages.map((found) => listRow(found, registry)));
  const exitCode = rows.some(({ problem }) => problem !== undefined) ? 1 : 0;
  if (context.json) {
    printJson(context, {
      connectors: rows.map(({ type, name, version, folder, guarantee, problem }) => {
        return { type, package: name, version, path: folder, guarantee, ...(problem !== undefined && { problem }) };
      }),
    });
    return exitCode;
  }
  const { stdout } = context.terminal;
  if (rows.length === 0) {
    const { looked = [] } = registry;
    const install = installCommand(looked, "@arbitex/connector-splunk");
    printLines(stdout, [`No connector is installed. ${lookedText(looked)} For example: ${install}`]);
    return 0;
  }
  const paint = paintOf(context);
  const cells = rows.map(({ type, name, version, folder, guarantee }) => [
    type,
    name,
    version,
    guarantee ?? { text: "unusable", style: "red" as const },
    folder,
  ]);
  printLines(stdout, [
    ...tableLines(LIST_COLUMNS, cells, { paint, width: widthOf(stdout) }),
    ...rows.flatMap(({ problem }) => (problem === undefined ? [] : ["", paint("red", problem)])),
  ]);
  return exitCode;
}

/** A connector that cannot be loaded is listed with the reason. */
async function listRow(found: ConnectorPackage, registry: ConnectorRegistry) {
  try {
    return { ...found, guarantee: guaranteeOf(await registry.load(found.type)), problem: undefined };
  } catch (error) {
    return { ...found, guarantee: null, problem: messageOf(error) };
  }
}

const LIST_COLUMNS = [
  { title: "TYPE" },
  { title: "PACKAGE" },
  { title: "VERSION" },
  { title: "GUARANTEE" },
  { title: "PATH", shrinkTo: 8 },
];

function guaranteeOf({ guarantee }: AnyConnector): string {
  return typeof guarantee === "string" ? guarantee : "by setting";
}

export async function describe(context: CommandContext, type: string): Promise<ExitCode> {
  const registry = await loadRegistry(context);
  const connector = await registry.load(type);
  const schema = jsonSchemaOf(connector.configSchema);
  if (context.json) {
    printJson(context, schema);
    return 0;
  }
  const { stdout } = context.terminal;
  const found = registry.packages.find((candidate) => candidate.type === type);
  printLines(stdout, describeLines(connector, found, paintOf(context), widthOf(stdout)));
  return 0;
}

function describeLines(
  connector: AnyConnector,
  found: ConnectorPackage | undefined,
  paint: Paint,
  width?: number,
): string[] {
  const { displayName, type, configSchema, envPrefix } = connector;
  const own = settingsOf(configSchema);
  const keys = new Set(own.map(({ key }) => key));
  const general = settingsOf(deliverySchema).filter(({ key }) => !keys.has(key));
  const table = (settings: readonly Setting[]) =>
    settings.flatMap((setting) => settingLines(setting, envPrefix, paint, width));
  return [
    `${paint("bold", displayName)} (${type})${found === undefined ? "" : `, ${found.name} ${found.version}`}`,
    `Guarantee: ${GUARANTEES[guaranteeOf(connector)] ?? guaranteeOf(connector)}`,
    "",
    paint("bold", "Settings, under config"),
    ...table(own),
    "",
    paint("bold", "Delivery, the same for every connector, under delivery"),
    ...table(general),
  ];
}

const GUARANTEES: Readonly<Record<string, string>> = {
  indexed: "indexed: a good answer of the SIEM proves that the event can be searched",
  accepted: "accepted: a good answer of the SIEM proves that it took the event in",
  written: "written: the SIEM does not answer; the event left through a socket",
};

/** Lists settings on two lines or more each, because one table would be too wide. */
function settingLines(setting: Setting, prefix: string | undefined, paint: Paint, width = 100): string[] {
  const { key, isRequired, isSecret, defaultValue, choices, description } = setting;
  const facts = [
    choices === undefined ? setting.type : choices.join(" | "),
    ...(isRequired ? [paint("yellow", "required")] : []),
    ...(isSecret ? ["secret"] : []),
    ...(defaultValue === undefined ? [] : [`default ${JSON.stringify(defaultValue)}`]),
  ];
  const variable = prefix === undefined ? "" : variableOf(prefix, key);
  const head = `  ${paint("cyan", key.padEnd(20))} ${variable.padEnd(30)} ${facts.join(", ")}`.trimEnd();
  return [head, ...wrapped(description, width - 6).map((line) => `      ${paint("dim", line)}`)];
}
