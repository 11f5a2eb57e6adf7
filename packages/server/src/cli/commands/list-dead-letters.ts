import type { StoredDeadLetter } from "@arbitex/core/host";
import { z } from "zod";
import type { ExitCode } from "../account/account.ts";
import type { CommandContext } from "../shared/context.ts";
import { paintOf, printJson, printLines, widthOf } from "../shared/context.ts";
import { loadPlaces } from "../shared/places.ts";
import { counted, grouped, roughly } from "../terminal/numbers.ts";
import type { Paint } from "../terminal/paint.ts";
import { printable } from "../terminal/paint.ts";
import type { Column } from "../terminal/table.ts";
import { tableLines } from "../terminal/table.ts";
import type { UnreadableLine } from "../../dead-letters/find-dead-letters.ts";
import { unreadableText } from "../../dead-letters/find-dead-letters.ts";
import { deadLetterFilterOf, deadLetterFilterOptions } from "../shared/dead-letter-filter-options.ts";
import { withDeadLetters } from "../shared/with-dead-letters.ts";
import { deadLetterOutcome } from "../../dead-letters/dead-letter-outcome.ts";

export const listOptions = deadLetterFilterOptions.extend({
  all: z.boolean().optional(),
  limit: z.number().optional(),
});

type DeadLetter = Omit<StoredDeadLetter, "event">;

const DEFAULT_LIMIT = 50;

export async function listDeadLetters(
  context: CommandContext,
  options: z.output<typeof listOptions>,
): Promise<ExitCode> {
  const deployment = await loadPlaces(context);
  const { all = false, limit = context.json ? Number.POSITIVE_INFINITY : DEFAULT_LIMIT } = options;
  const unreadable: UnreadableLine[] = [];
  const deadLetters: DeadLetter[] = [];
  let replayed = 0;
  const notRead = await withDeadLetters(context, deployment, async (archive) => {
    const found = archive.find(deadLetterFilterOf(options, Date.now()), (line) => unreadable.push(line));
    for await (const { deadLetter, isReplayed } of found) {
      if (isReplayed) replayed++;
      if (isReplayed && !all) continue;
      // Events are left out, because a list of a hundred thousand dead letters must fit into memory.
      const { event: _event, ...rest } = deadLetter;
      deadLetters.push(rest);
    }
    return archive.unread();
  });
  deadLetters.sort((a, b) => a.deadLetteredAt.localeCompare(b.deadLetteredAt));
  const shown = deadLetters.slice(Math.max(0, deadLetters.length - limit));
  if (context.json) {
    printJson(context, {
      total: deadLetters.length,
      replayed,
      counts: countsOf(deadLetters),
      reasons: reasonsOf(deadLetters),
      letters: shown.map(deadLetterJson),
      unreadable: unreadable.map(({ file, line, reason }) => ({ file, line, reason })),
      files_not_read: notRead,
    });
    return 0;
  }
  const { stdout, stderr } = context.terminal;
  const paint = paintOf(context);
  printLines(stderr, [...unreadable.map(unreadableText), ...notRead.map(notReadText)]);
  const aside = replayed > 0 && !all ? ` (${counted(replayed, "replayed one")} not shown; --all shows them)` : "";
  if (deadLetters.length === 0) {
    printLines(stdout, [`No dead letters${aside}.`]);
    return 0;
  }
  printLines(stdout, [
    paint("bold", `${counted(deadLetters.length, "dead letter")}${aside}`),
    "",
    ...summaryLines(deadLetters, paint, widthOf(stdout)),
    ...groupsOf(shown).flatMap((group) => groupLines(group, paint, widthOf(stdout))),
    ...(shown.length < deadLetters.length
      ? ["", `Only the newest ${grouped(shown.length)} are listed; see --limit.`]
      : []),
    "",
    "One in full: arbitex-siem dead-letters show <id>. To send them again: arbitex-siem dead-letters replay",
  ]);
  return 0;
}

function notReadText(file: string): string {
  return `${file} is not read; if it holds dead letters, unpack it and let its name end in .jsonl.1, .jsonl.2 …`;
}

function deadLetterJson(deadLetter: DeadLetter) {
  return {
    id: deadLetter.id,
    destination: deadLetter.destination,
    type: deadLetter.type,
    org_id: deadLetter.orgId,
    ...deadLetterOutcome(deadLetter),
    file: deadLetter.file,
    line: deadLetter.line,
  };
}

function countsOf(deadLetters: readonly DeadLetter[]) {
  return countedBy(deadLetters, ({ destination, stage }) => ({ destination, stage }));
}

/** Reasons by frequency, the most frequent first. */
function reasonsOf(deadLetters: readonly DeadLetter[]) {
  const reasons = countedBy(deadLetters, ({ destination, stage, reason }) => ({ destination, stage, reason }));
  return reasons.toSorted((one, other) => other.count - one.count);
}

function countedBy<Key extends Readonly<Record<string, string>>>(
  deadLetters: readonly DeadLetter[],
  keyOf: (deadLetter: DeadLetter) => Key,
) {
  const counts = new Map<string, Key & { count: number }>();
  for (const deadLetter of deadLetters) {
    const key = keyOf(deadLetter);
    const text = JSON.stringify(key);
    const entry = counts.get(text);
    if (entry === undefined) counts.set(text, { ...key, count: 1 });
    else entry.count++;
  }
  return [...counts.values()];
}

/** A SIEM that puts a unique number into every answer has as many reasons as dead letters. */
const MOST_REASONS = 20;

function summaryLines(deadLetters: readonly DeadLetter[], paint: Paint, width?: number): string[] {
  const columns: readonly Column[] = [
    { title: "DESTINATION", shrinkTo: 12 },
    { title: "STAGE" },
    { title: "COUNT", align: "right" },
    { title: "REASON", shrinkTo: 10 },
  ];
  const reasons = reasonsOf(deadLetters);
  const shown = reasons.slice(0, MOST_REASONS);
  const rows = shown.map(({ destination, stage, reason, count }) => [
    printable(destination),
    printable(stage),
    grouped(count),
    printable(reason),
  ]);
  const more = reasons.length - shown.length;
  return [
    ...tableLines(columns, rows, { paint, width, indent: 2 }),
    ...(more === 0 ? [] : [`  … and ${counted(more, "more reason")}; --json has them all.`]),
  ];
}

function groupsOf(
  deadLetters: readonly DeadLetter[],
): readonly (readonly [destination: string, deadLetters: readonly DeadLetter[]])[] {
  const groups = new Map<string, DeadLetter[]>();
  for (const deadLetter of deadLetters) {
    const group = groups.get(deadLetter.destination);
    if (group === undefined) groups.set(deadLetter.destination, [deadLetter]);
    else group.push(deadLetter);
  }
  return [...groups];
}

const COLUMNS = [
  { title: "ID" },
  { title: "STAGE" },
  { title: "AGE", align: "right" },
  { title: "REASON", shrinkTo: 10 },
] as const;

function groupLines(
  [destination, deadLetters]: readonly [string, readonly DeadLetter[]],
  paint: Paint,
  width?: number,
): string[] {
  const now = Date.now();
  const rows = deadLetters.map(({ id, stage, reason, deadLetteredAt }) => {
    return [printable(id), printable(stage), roughly(now - Date.parse(deadLetteredAt)), printable(reason)];
  });
  return ["", paint("bold", printable(destination)), ...tableLines(COLUMNS, rows, { paint, width, indent: 2 })];
}
