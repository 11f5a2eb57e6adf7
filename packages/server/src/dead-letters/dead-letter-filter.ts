import type { StoredDeadLetter } from "@arbitex/core/host";

/** Selects dead letters. An omitted property is not compared. */
export interface DeadLetterFilter {
  readonly destination?: string | undefined;
  readonly orgId?: string | undefined;
  readonly stages?: readonly string[] | undefined;
  /** Earliest time of dead-lettering, in milliseconds since the epoch. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly ids?: ReadonlySet<string> | undefined;
  /** A part of the reason, case-insensitive. */
  readonly reason?: string | undefined;
}

export const deadLetterStages: readonly string[] = [
  "encode",
  "limit",
  "rejected",
  "send",
  "overflow",
  "expired",
  "removed",
];

export function isMeant(deadLetter: StoredDeadLetter, filter: DeadLetterFilter): boolean {
  const { destination, orgId, stages, since, until, ids, reason } = filter;
  const at = Date.parse(deadLetter.deadLetteredAt);
  return (
    (destination === undefined || deadLetter.destination === destination) &&
    (orgId === undefined || deadLetter.orgId === orgId) &&
    (stages === undefined || stages.includes(deadLetter.stage)) &&
    (since === undefined || at >= since) &&
    (until === undefined || at < until) &&
    (ids === undefined || ids.has(deadLetter.id)) &&
    (reason === undefined || deadLetter.reason.toLowerCase().includes(reason.toLowerCase()))
  );
}
