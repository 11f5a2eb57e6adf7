import type { StoredLetter } from "@arbitex/core/host";
import { unreadFilesOf } from "@arbitex/core/host";
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
import { findLetters, unreadableText } from "../../dead-letters/find-dead-letters.ts";
import { letterFilterOf, letterFilterOptions } from "../shared/letter-filter-options.ts";
import { letterFilesOfDeployment } from "./dead-letter-paths.ts";
import { letterOutcome } from "../../dead-letters/dead-letter-outcome.ts";

export const listOptions = letterFilterOptions.extend({ all: z.boolean().optional(), limit: z.number().optional() });

type Letter = Omit<StoredLetter, "event">;

const DEFAULT_LIMIT = 50;

export async function listLetters(context: CommandContext, options: z.output<typeof listOptions>): Promise<ExitCode> {
  const deployment = await loadPlaces(context);
  const { all = false, limit = context.json ? Number.POSITIVE_INFINITY : DEFAULT_LIMIT } = options;
  const unreadable: UnreadableLine[] = [];
  const letters: Letter[] = [];
  let replayed = 0;
  const paths = await letterFilesOfDeployment(deployment);
  const found = findLetters(paths, letterFilterOf(options, Date.now()), (line) => unreadable.push(line));
  for await (const { letter, isReplayed } of found) {
    if (isReplayed) replayed++;
    if (isReplayed && !all) continue;
    // Events stay on disk: a list of a hundred thousand letters must not hold them all.
    const { event: _event, ...rest } = letter;
    letters.push(rest);
  }
  const notRead = (await Promise.all(paths.map(unreadFilesOf))).flat();
  letters.sort((a, b) => a.deadLetteredAt.localeCompare(b.deadLetteredAt));
  const shown = letters.slice(Math.max(0, letters.length - limit));
  if (context.json) {
    printJson(context, {
      total: letters.length,
      replayed,
      counts: countsOf(letters),
      reasons: reasonsOf(letters),
      letters: shown.map(letterJson),
      unreadable: unreadable.map(({ file, line, reason }) => ({ file, line, reason })),
      files_not_read: notRead,
    });
    return 0;
  }
  const { stdout, stderr } = context.terminal;
  const paint = paintOf(context);
  printLines(stderr, [...unreadable.map(unreadableText), ...notRead.map(notReadText)]);
  const aside = replayed > 0 && !all ? ` (${counted(replayed, "replayed one")} not shown; --all shows them)` : "";
  if (letters.length === 0) {
    printLines(stdout, [`No dead letters${aside}.`]);
    return 0;
  }
  printLines(stdout, [
    paint("bold", `${counted(letters.length, "dead letter")}${aside}`),
    "",
    ...summaryLines(letters, paint, widthOf(stdout)),
    ...groupsOf(shown).flatMap((group) => groupLines(group, paint, widthOf(stdout))),
    ...(shown.length < letters.length ? ["", `Only the newest ${grouped(shown.length)} are listed; see --limit.`] : []),
    "",
    "One in full: arbitex-siem dead-letters show <id>. To send them again: arbitex-siem dead-letters replay",
  ]);
  return 0;
}

function notReadText(file: string): string {
  return `${file} is not read; if it holds dead letters, unpack it and let its name end in .jsonl.1, .jsonl.2 …`;
}

function letterJson(letter: Letter) {
  return {
    id: letter.id,
    destination: letter.destination,
    type: letter.type,
    org_id: letter.orgId,
    ...letterOutcome(letter),
    file: letter.file,
    line: letter.line,
  };
}

function countsOf(letters: readonly Letter[]) {
  return countedBy(letters, ({ destination, stage }) => ({ destination, stage }));
}

/** The commonest first. */
function reasonsOf(letters: readonly Letter[]) {
  const reasons = countedBy(letters, ({ destination, stage, reason }) => ({ destination, stage, reason }));
  return reasons.toSorted((one, other) => other.count - one.count);
}

function countedBy<Key extends Readonly<Record<string, string>>>(
  letters: readonly Letter[],
  keyOf: (letter: Letter) => Key,
) {
  const counts = new Map<string, Key & { count: number }>();
  for (const letter of letters) {
    const key = keyOf(letter);
    const text = JSON.stringify(key);
    const entry = counts.get(text);
    if (entry === undefined) counts.set(text, { ...key, count: 1 });
    else entry.count++;
  }
  return [...counts.values()];
}

/** A SIEM that puts a number of its own into every answer has as many reasons as letters. */
const MOST_REASONS = 20;

function summaryLines(letters: readonly Letter[], paint: Paint, width?: number): string[] {
  const columns: readonly Column[] = [
    { title: "DESTINATION", shrinkTo: 12 },
    { title: "STAGE" },
    { title: "COUNT", align: "right" },
    { title: "REASON", shrinkTo: 10 },
  ];
  const reasons = reasonsOf(letters);
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

function groupsOf(letters: readonly Letter[]): readonly (readonly [destination: string, letters: readonly Letter[]])[] {
  const groups = new Map<string, Letter[]>();
  for (const letter of letters) {
    const group = groups.get(letter.destination);
    if (group === undefined) groups.set(letter.destination, [letter]);
    else group.push(letter);
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
  [destination, letters]: readonly [string, readonly Letter[]],
  paint: Paint,
  width?: number,
): string[] {
  const now = Date.now();
  const rows = letters.map(({ id, stage, reason, deadLetteredAt }) => {
    return [printable(id), printable(stage), roughly(now - Date.parse(deadLetteredAt)), printable(reason)];
  });
  return ["", paint("bold", printable(destination)), ...tableLines(COLUMNS, rows, { paint, width, indent: 2 })];
}
