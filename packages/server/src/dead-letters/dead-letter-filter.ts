import type { StoredLetter } from "@arbitex/core/host";

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
