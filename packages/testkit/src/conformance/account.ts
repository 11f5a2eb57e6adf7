import { totalOf } from "@arbitex/core/host";
import type { Run } from "./run.ts";

/** What happened to the events of one run. */
export interface Account {
  readonly sent: number;
  readonly delivered: number;
  /** Number of repeated deliveries: an event stored three times counts two. */
  readonly repeated: number;
  readonly deadLettered: number;
  /** Number of calls of `send`. */
  readonly posts: number;
  /** Ids of events that are neither stored by the SIEM nor dead letters. */
  readonly lost: readonly string[];
}

export function accountOf(run: Run, sentIds: readonly string[]): Account {
  const { counts } = run.status();
  const stored = new Set(run.siem.ids);
  const deadLettered = new Set(run.deadLetters.map(({ record }) => record.id));
  return {
    sent: sentIds.length,
    delivered: counts.delivered,
    repeated: run.siem.ids.length - stored.size,
    deadLettered: run.deadLetters.length,
    posts: totalOf(counts.attempts),
    lost: sentIds.filter((id) => !stored.has(id) && !deadLettered.has(id)),
  };
}

/** Checks what must hold after every run, whatever went wrong in it. */
export function accountProblems(run: Run, sentIds: readonly string[]): readonly string[] {
  const { counts, queued } = run.status();
  const { lost } = accountOf(run, sentIds);
  const sent = new Set(sentIds);
  const stored = new Set(run.siem.ids);
  const deadLettered = totalOf(counts.deadLettered);
  const foreign = [...stored].filter((id) => !sent.has(id));
  const both = run.deadLetters.filter(({ record, ambiguous }) => !ambiguous && stored.has(record.id));
  const sum = counts.delivered + deadLettered + queued + counts.filtered;
  return [
    ...(lost.length > 0 ? [`${lost.length} events are lost, such as ${lost[0] ?? ""}`] : []),
    ...(foreign.length > 0
      ? [`the SIEM has ${foreign.length} events that were never sent, such as ${foreign[0] ?? ""}`]
      : []),
    ...(both.length > 0 ? [`${both.length} events are dead letters although the SIEM has them for certain`] : []),
    ...(queued > 0 ? [`${queued} events are still in the queue`] : []),
    ...(counts.accepted === sent.size ? [] : [`${counts.accepted} of ${sent.size} events were accepted`]),
    ...(sum === counts.accepted ? [] : [`${counts.accepted} events were accepted, but the account adds up to ${sum}`]),
    ...(deadLettered === run.deadLetters.length
      ? []
      : [`${deadLettered} dead letters are counted and ${run.deadLetters.length} written`]),
  ];
}
