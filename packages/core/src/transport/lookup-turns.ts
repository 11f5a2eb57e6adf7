import type { LookupFunction } from "node:net";

/** Queues the lookups of a lookup function. */
export type LookupTurns = (lookup: LookupFunction) => LookupFunction;

/** More than a hundred destinations have under way. Further lookups wait behind names that no server answers for. */
const MOST_WAITING = 500;

/**
 * Creates the lookup queues of a host: each organisation has one lookup at a time. The system runs two at a time for
 * the whole process, and a name without an answer takes many seconds, so that an organisation with a hundred of them
 * would block every other.
 */
export function createLookupTurns(mostWaiting = MOST_WAITING): (orgId: string | null) => LookupTurns {
  /** Lookups that wait, by organisation with one under way. */
  const waiting = new Map<string, (() => void)[]>();

  function over(orgId: string): void {
    const next = waiting.get(orgId)?.shift();
    if (next === undefined) waiting.delete(orgId);
    else next();
  }

  function take(orgId: string, begin: () => void): boolean {
    const others = waiting.get(orgId);
    if (others === undefined) {
      waiting.set(orgId, []);
      begin();
      return true;
    }
    return others.length < mostWaiting && others.push(begin) > 0;
  }

  return (orgId) => (lookup) => {
    if (orgId === null) return lookup;
    return (host, options, callback) => {
      const isTaken = take(orgId, () => {
        lookup(host, options, (...answer) => {
          over(orgId);
          callback(...answer);
        });
      });
      if (!isTaken) callback(tooMany(host), []);
    };
  };
}

function tooMany(host: string): Error {
  const message = `${host} was not looked up: too many names of this organisation wait for an answer`;
  return Object.assign(new Error(message), { code: "EAI_AGAIN" });
}
