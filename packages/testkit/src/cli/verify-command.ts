import { parseArgs } from "node:util";
import { endlessImport } from "../verify/import-alone.ts";
import { findPackage } from "../verify/installed-package.ts";
import { failureLines, paintFor, resultLines, summaryLines, summaryOf } from "../verify/report.ts";
import type { CheckResult } from "../verify/run-checks.ts";
import { runChecks } from "../verify/run-checks.ts";
import { UsageError } from "../verify/usage-error.ts";
import { checksOfPackage, checksWithoutConnector } from "../verify/verify-package.ts";
import type { ExitCode } from "./exit-code.ts";

/** Runs the checks of an installed connector. Prints each result at once, or all as one JSON document. */
export async function verifyCommand(words: readonly string[]): Promise<ExitCode> {
  const { name, earlierName, json } = parsed(words);
  const found = await findPackage(name, process.cwd());
  const earlier = earlierName === undefined ? undefined : await findPackage(earlierName, process.cwd());
  const endless = await endlessImport(found);
  const groups = endless === undefined ? await checksOfPackage(found, earlier) : checksWithoutConnector(found, endless);
  const paint = paintFor(process.stdout.isTTY, process.env);
  let before: CheckResult | undefined;
  const show = (result: CheckResult) => {
    print(resultLines(result, before, paint));
    before = result;
  };
  const results = await runChecks(groups, json ? undefined : show);
  const summary = summaryOf(found.manifest, results);
  if (json) process.stdout.write(`${JSON.stringify({ ...summary, checks: results }, undefined, 2)}\n`);
  else print([...failureLines(results, paint), ...summaryLines(summary, paint)]);
  return summary.failed === 0 ? 0 : 1;
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}

function parsed(words: readonly string[]) {
  try {
    const { positionals, values } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { json: { type: "boolean" }, before: { type: "string" } },
    });
    const [name, extra] = positionals;
    if (name === undefined) throw new Error("Say which package: a name, or a folder as in ./.");
    if (extra !== undefined) throw new Error(`One package at a time: "${extra}" is too much.`);
    return { name, earlierName: values.before, json: values.json === true };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
