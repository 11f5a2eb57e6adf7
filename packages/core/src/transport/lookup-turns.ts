import type { LookupFunction } from "node:net";

/** Has look-ups of names wait for their turn. */
export type LookupTurns = (lookup: LookupFunction) => LookupFunction;

/** More than a hundred destinations have under way; what comes on top waits for names that nobody answers for. */
const MOST_WAITING = 500;

/**
 * One for a host: an organisation's names are looked up one at a time. The system looks up two at a time for all, and a name
 * that nobody answers for takes it many seconds: an organisation with a hundred of those would keep everybody from connecting.
 */
export function createLookupTurns(mostWaiting = MOST_WAITING): (orgId: string | null) => LookupTurns {
  /** Of organisations that have a look-up under way, what waits for its end. */
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
