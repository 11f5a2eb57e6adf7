import type { ReplayEnd } from "@arbitex/core/host";
import type { ReplayRow } from "../dead-letters/replays/replay-row.ts";
import type { JobState, ReplayJob } from "./replay-jobs.ts";

/** A replay as the table has it. */
export function jobOfRow(row: ReplayRow): ReplayJob {
  const { settled, deadLettered, invalid } = row;
  return {
    id: row.id,
    configId: row.destinationId,
    startedAt: row.startedAt,
    deadLetters: row.deadLetters,
    account: { offered: settled + deadLettered, settled, deadLettered, invalid, end: endOf(row) },
    state: stateOf(row),
    isOutdated: row.isOutdated && row.endedAt !== undefined,
  };
}

function stateOf({ state, endedAt }: ReplayRow): JobState {
  if (endedAt === undefined) return { kind: state === "running" ? "running" : "waiting" };
  return { kind: state === "failed" ? "failed" : "ended", at: endedAt };
}

function endOf({ state, reason = "the destination takes nothing", fix }: ReplayRow): ReplayEnd {
  if (state === "stuck") return { kind: "stuck", reason, fix };
  return { kind: state === "cancelled" ? "cancelled" : "complete" };
}
