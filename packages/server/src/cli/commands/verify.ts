import { readFile } from "node:fs/promises";
import { messageOf } from "../../message-of.ts";
import { UsageError } from "../../usage-error.ts";
import { readPublicKeys } from "../../verify/public-keys.ts";
import { readExport } from "../../verify/read-export.ts";
import type { LedgerPeriod } from "../../verify/verify-export.ts";
import { ExportCheck } from "../../verify/verify-export.ts";
import type { ExitCode } from "../account/account.ts";
import type { CommandContext } from "../shared/context.ts";
import { paintOf, printJson, printLines } from "../shared/context.ts";
import { momentOf } from "../shared/moment.ts";
import { grouped } from "../terminal/numbers.ts";
import { createShareProgress } from "../terminal/share-progress.ts";
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
  if (ledger !== undefined) addLedger(check, ledger, await readLedger(ledger), { since, until });
  await readAll(context, check, files);
  const verdict = check.verdict(until);
  if (context.json) printJson(context, verdictDocument(verdict));
  else printLines(context.terminal.stdout, verdictLines(verdict, paintOf(context)));
  return verdict.isComplete ? 0 : 1;
}

/** Reads the files one after the other, and shows how far it is. */
async function readAll(context: CommandContext, check: ExportCheck, files: readonly string[]): Promise<void> {
  const { terminal } = context;
  const progress = createShareProgress(terminal.stderr, paintOf(context, terminal.stderr));
  const ending = new AbortController();
  const unwatch = terminal.onSignal(() => ending.abort());
  const options = { stdin: terminal.stdin, signal: ending.signal };
  try {
    for (const [index, file] of files.entries()) {
      const onProgress = (share: number) =>
        progress.update((index + share) / files.length, `${grouped(check.events)} events read, ${file}`);
      await readExport(file, check, { ...options, onProgress }).catch((error: unknown) => {
        throw new UsageError(`${file} cannot be read: ${messageOf(error)}`.replace(/\.?$/, "."));
      });
    }
  } finally {
    progress.end();
    unwatch();
  }
}

function addLedger(check: ExportCheck, path: string, ledger: unknown, period: LedgerPeriod): void {
  let count: number;
  try {
    count = check.addLedger(ledger, period);
  } catch (error) {
    // Nested deeper than the stack.
    throw new UsageError(`The ledger ${path} cannot be read: ${messageOf(error)}.`);
  }
  if (count === 0) throw new UsageError(`${path} has no checkpoint of this period.`);
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
