import { readFile } from "node:fs/promises";
import { messageOf } from "../../message-of.ts";
import { UsageError } from "../../usage-error.ts";
import { readPublicKeys } from "../../verify/public-keys.ts";
import { readExport } from "../../verify/read-export.ts";
import { ExportCheck } from "../../verify/verify-export.ts";
import type { ExitCode } from "../account/account.ts";
import type { CommandContext } from "../shared/context.ts";
import { paintOf, printJson, printLines } from "../shared/context.ts";
import { momentOf } from "../shared/moment.ts";
import { verdictDocument, verdictLines } from "../views/export-verdict.ts";

export interface VerifyOptions {
  readonly key: string;
  readonly ledger?: string;
  readonly since?: string;
  readonly until?: string;
}

/** Names what is missing, altered or foreign in exported files. */
export async function verify(
  context: CommandContext,
  { key, ledger, ...period }: VerifyOptions,
  files: readonly string[],
): Promise<ExitCode> {
  const since = timeOf("--since", period.since);
  const until = timeOf("--until", period.until);
  const check = new ExportCheck(await readPublicKeys(key));
  if (ledger !== undefined) {
    const count = check.addLedger(await readLedger(ledger), { since, until });
    if (count === 0) throw new UsageError(`${ledger} has no checkpoint of this period.`);
  }
  const ending = new AbortController();
  const unwatch = context.terminal.onSignal(() => ending.abort());
  try {
    for (const file of files) {
      await readExport(file, check, context.terminal.stdin, ending.signal).catch((error: unknown) => {
        throw error instanceof UsageError ? error : new UsageError(`${file} cannot be read: ${messageOf(error)}.`);
      });
    }
  } finally {
    unwatch();
  }
  const verdict = check.verdict(until);
  if (context.json) printJson(context, verdictDocument(verdict));
  else printLines(context.terminal.stdout, verdictLines(verdict, paintOf(context)));
  return verdict.isComplete ? 0 : 1;
}

async function readLedger(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new UsageError(`The ledger ${path} cannot be read: ${messageOf(error)}.`);
  }
}

function timeOf(option: string, text: string | undefined): number | undefined {
  return text === undefined ? undefined : momentOf(text, { option, now: Date.now(), span: "ago" });
}
