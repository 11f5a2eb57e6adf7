import { join } from "node:path";
import type { FilledFile } from "../../reading/setup-kit.ts";
import { filledFile, readSetupKit } from "../../reading/setup-kit.ts";
import { UsageError } from "../../usage-error.ts";
import type { ExitCode } from "../account/account.ts";
import type { CommandContext } from "../shared/context.ts";
import { load, loadRegistry, paintOf, printJson, printLines } from "../shared/context.ts";
import { chooseDestinations } from "./check.ts";

export interface SetupOptions {
  /** A configured destination whose settings are put into the files. */
  readonly destination?: string | undefined;
  /** Settings as `name=value`. They win over the destination's. */
  readonly set?: readonly string[] | undefined;
}

export async function setup(context: CommandContext, type: string, options: SetupOptions): Promise<ExitCode> {
  const registry = await loadRegistry(context);
  // For an unknown type this throws with the installed types, or with what to install.
  const { displayName } = await registry.load(type);
  const folder = registry.packages.find((found) => found.type === type)?.folder ?? "";
  const { files, places } = await readSetupKit(folder);
  if (files.length === 0)
    throw new UsageError(`${displayName} needs no files on its side; see ${join(folder, "README.md")}.`);
  const given = Object.fromEntries((options.set ?? []).map(settingOf));
  const config = { ...(await configured(context, type, options.destination)), ...given };
  const shown = files.map((file) => ({ path: file.path, ...filledFile(file, places, config) }));
  const used = new Set(shown.flatMap(({ filled }) => filled));
  const unused = Object.keys(given).find((name) => !used.has(name));
  if (unused !== undefined) throw new UsageError(notUsed(displayName, unused, places));
  if (context.json) printJson(context, { type, files: shown });
  else printFiles(context, shown);
  return 0;
}

async function configured(context: CommandContext, type: string, id: string | undefined): Promise<object> {
  if (id === undefined) return {};
  const [{ connector, config } = { connector: { type }, config: {} }] = chooseDestinations(await load(context), id);
  if (connector.type !== type) throw new UsageError(`Destination "${id}" is of type ${connector.type}, not ${type}.`);
  return { ...Object(config) };
}

function settingOf(text: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at < 1)
    throw new UsageError(`--set "${text}" is no setting: give its name and value, such as --set index=audit.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function notUsed(name: string, setting: string, places: Readonly<Record<string, object>>): string {
  const known = [...new Set(Object.values(places).flatMap(Object.keys))].toSorted();
  const could = known.length === 0 ? "none" : known.join(", ");
  return `The files of ${name} have no place for this value of "${setting}". Settings with a place: ${could}. A value is one word without quotes.`;
}

function printFiles(context: CommandContext, files: readonly (FilledFile & { readonly path: string })[]): void {
  const paint = paintOf(context);
  for (const { path, content, filled } of files) {
    const note = filled.length === 0 ? "" : ` (with ${filled.join(", ")})`;
    printLines(context.terminal.stdout, [paint("bold", `── ${path}${note}`), "", content.trimEnd(), ""]);
  }
}
