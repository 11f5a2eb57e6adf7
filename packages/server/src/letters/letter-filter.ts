import type { StoredLetter } from "@arbitex/core/host";
import { z } from "zod";
import { UsageError } from "../commands/context.ts";

/** Which letters are meant. What is not named is not looked at. */
export interface LetterFilter {
  readonly destination?: string | undefined;
  readonly stages?: readonly string[] | undefined;
  /** Milliseconds since the epoch; of when the letter was written. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly ids?: readonly string[] | undefined;
  /** A part of the reason, in capitals or not. */
  readonly reason?: string | undefined;
}

export const letterStages: readonly string[] = [
  "encode",
  "limit",
  "rejected",
  "send",
  "overflow",
  "expired",
  "removed",
];

export const letterFilterOptions = z.looseObject({
  destination: z.string().optional(),
  stage: z.array(z.string()).optional(),
  since: z.string().optional(),
  until: z.string().optional(),
  id: z.array(z.string()).optional(),
});

export function letterFilterOf(options: z.output<typeof letterFilterOptions>, now: number): LetterFilter {
  const { destination, stage: stages, since, until, id: ids } = options;
  const unknown = stages?.find((stage) => !letterStages.includes(stage));
  if (unknown !== undefined)
    throw new UsageError(`There is no stage "${unknown}". Known are: ${letterStages.join(", ")}.`);
  return { destination, stages, since: timeOf("--since", since, now), until: timeOf("--until", until, now), ids };
}

export function isMeant(letter: StoredLetter, filter: LetterFilter): boolean {
  const { destination, stages, since, until, ids, reason } = filter;
  const at = Date.parse(letter.deadLetteredAt);
  return (
    (destination === undefined || letter.destination === destination) &&
    (stages === undefined || stages.includes(letter.stage)) &&
    (since === undefined || at >= since) &&
    (until === undefined || at < until) &&
    (ids === undefined || ids.includes(letter.id)) &&
    (reason === undefined || letter.reason.toLowerCase().includes(reason.toLowerCase()))
  );
}

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A date (`2026-11-25`, `2026-11-25T17:00:00Z`), or how long ago (`90m`, `24h`, `7d`); undefined when it is neither. */
export function momentOf(text: string, now: number): number | undefined {
  const ago = /^(\d{1,9})([smhd])$/.exec(text);
  const unit = z.enum(["s", "m", "h", "d"]).safeParse(ago?.[2]);
  if (ago !== null && unit.success) return now - Number(ago[1]) * UNIT_MS[unit.data];
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

function timeOf(option: string, text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const time = momentOf(text, now);
  if (time !== undefined) return time;
  throw new UsageError(
    `${option} "${text}" is no time: give a date such as 2026-11-25T17:00:00Z, or how long ago, such as 24h.`,
  );
}
