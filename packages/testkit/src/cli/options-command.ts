import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { withSection } from "../documents/marked-section.ts";
import { optionsTable } from "../documents/options-table.ts";
import { importConnector } from "../verify/import-connector.ts";
import { findPackage } from "../verify/installed-package.ts";
import type { ExitCode } from "./exit-code.ts";
import { UsageError } from "../verify/usage-error.ts";

/** Writes the table of settings into a connector's README, or checks that it is current. */
export async function optionsCommand(words: readonly string[]): Promise<ExitCode> {
  const { positionals, values } = parsed(words);
  const found = await findPackage(positionals[0] ?? ".", process.cwd());
  const path = join(found.folder, "README.md");
  const readme = await readFile(path, "utf8").catch(() => {
    throw new UsageError(`There is no ${path}.`);
  });
  const after = withSection(readme, "options", optionsTable(await importConnector(found)));
  if (after === undefined) {
    throw new UsageError(`${path} has no lines <!-- options:begin --> and <!-- options:end --> for the table.`);
  }
  if (after === readme) return 0;
  if (values.check === true) {
    process.stdout.write(`The table of settings in ${path} is out of date. Run: arbitex-testkit options\n`);
    return 1;
  }
  await writeFile(path, after);
  process.stdout.write(`Wrote the table of settings into ${path}\n`);
  return 0;
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], allowPositionals: true, options: { check: { type: "boolean" } } });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
