import type { StoredLetter } from "@arbitex/core/host";
import { z } from "zod";
import { UsageError } from "../commands/context.ts";
import { momentOf } from "../commands/moment.ts";

/** Which letters are meant. What is not named is not looked at. */
export interface LetterFilter {
  readonly destination?: string | undefined;
  readonly orgId?: string | undefined;
  readonly stages?: readonly string[] | undefined;
  /** Milliseconds since the epoch; of when the letter was written. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly ids?: ReadonlySet<string> | undefined;
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
  const times = { since: timeOf("--since", since, now), until: timeOf("--until", until, now) };
  return { destination, stages, ...times, ids: ids === undefined ? undefined : new Set(ids) };
}

export function isMeant(letter: StoredLetter, filter: LetterFilter): boolean {
  const { destination, orgId, stages, since, until, ids, reason } = filter;
  const at = Date.parse(letter.deadLetteredAt);
  return (
    (destination === undefined || letter.destination === destination) &&
    (orgId === undefined || letter.orgId === orgId) &&
    (stages === undefined || stages.includes(letter.stage)) &&
    (since === undefined || at >= since) &&
    (until === undefined || at < until) &&
    (ids === undefined || ids.has(letter.id)) &&
    (reason === undefined || letter.reason.toLowerCase().includes(reason.toLowerCase()))
  );
}

function timeOf(option: string, text: string | undefined, now: number): number | undefined {
  return text === undefined ? undefined : momentOf(text, { option, now, span: "ago" });
}
