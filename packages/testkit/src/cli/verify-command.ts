import { parseArgs } from "node:util";
import { findPackage } from "../verify/installed-package.ts";
import { paintFor, resultLines, summaryLines, summaryOf } from "../verify/report.ts";
import type { CheckResult } from "../verify/run-checks.ts";
import { runChecks } from "../verify/run-checks.ts";
import { UsageError } from "../verify/usage-error.ts";
import { checksOfPackage } from "../verify/verify-package.ts";
import type { ExitCode } from "./main.ts";

/** Runs the checks of an installed connector. Prints each result at once, or all as one JSON document. */
export async function verifyCommand(words: readonly string[]): Promise<ExitCode> {
  const { name, before, json } = parsed(words);
  const found = await findPackage(name, process.cwd());
  const earlier = before === undefined ? undefined : await findPackage(before, process.cwd());
  const groups = await checksOfPackage(found, earlier);
  const paint = paintFor(process.stdout.isTTY, process.env);
  let group = "";
  const show = (result: CheckResult) => {
    print(resultLines(result, result.group !== group, paint));
    group = result.group;
  };
  const results = await runChecks(groups, json ? undefined : show);
  const summary = summaryOf(found.manifest, results);
  if (json) process.stdout.write(`${JSON.stringify({ ...summary, checks: results }, undefined, 2)}\n`);
  else print(summaryLines(summary, paint));
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
    return { name, before: values.before, json: values.json === true };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
