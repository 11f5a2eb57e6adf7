import type { AcceptedEvent } from "../../../event/accepted-event.ts";

/** Share of the events of each class that are kept, from 0 to 1. A class that is not named is kept whole. */
export type SampleRates = Readonly<Record<string, number>>;

const HASHES = 2 ** 32;

/** Returns whether an event is kept. The same `metadata.uid` is always decided alike, on every machine. */
export function createSample(rates: SampleRates): (record: AcceptedEvent) => boolean {
  const bounds = new Map(Object.entries(rates).map(([uid, rate]) => [Number(uid), rate * HASHES]));
  return ({ classUid, id }) => {
    const bound = bounds.get(classUid);
    return bound === undefined || hashOf(id) < bound;
  };
}

/** FNV-1a with MurmurHash3's last step, as ids made one after another differ in few characters. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
