import { commonAttributes } from "../../ocsf/common-attributes.ts";

// What the scanner's two sides agree on; scanner/scan.ts is the other side.

/** Bits of an event's flags. */
export const SCAN_FLAGS = {
  /** The parser and the shape check would accept the event, and every other fact holds. */
  vouched: 1,
  /** A top-level member is none of `commonAttributes`. */
  hasUnknown: 2,
  /** It has a top-level `@timestamp`. */
  hasTimestamp: 4,
  hasActor: 8,
  hasSource: 16,
  /** It has `evidences` or `unmapped`. */
  hasHolder: 32,
  /** Some of the fields may stand at several places, or at one that was not noted. */
  hasFieldsElsewhere: 64,
} as const;

/** Bytes of the facts of one event. */
export const FACTS_BYTES = 80;
/** Doubles in the facts of one event, and the place of each. */
export const FACTS_NUMBERS = FACTS_BYTES / 8;
export const NUMBER_AT = { time: 0, classUid: 1, severityId: 2 } as const;
/**
 * 32-bit integers in the facts of one event, and the place of each. Offsets count from the event's first byte. From
 * `texts` on stand the start and end, with quotes, of actor.user.uid, actor.user.name, actor.user.email_addr and
 * src_endpoint.ip.
 */
export const FACTS_WORDS = FACTS_BYTES / 4;
export const WORD_AT = { flags: 6, uidStart: 7, uidEnd: 8, orgStart: 9, orgEnd: 10, texts: 11 } as const;

/** 32-bit integers of a field's place behind the facts of all events: start and end, both 0 for one that is absent. */
export const PLACE_WORDS = 2;
/** Bit of an end: the text has an escape. Of an object or a list the end is 0. */
export const WITH_ESCAPE = 0x80000000 | 0;

/** A key that matters in objects of one context. */
export interface ScannedKey {
  readonly key: string;
  readonly context: number;
  readonly id: number;
}

const keysOf: readonly (readonly [context: number, keys: Readonly<Record<string, number>>])[] = [
  // The event.
  [
    1,
    {
      class_uid: 1,
      severity_id: 2,
      time: 3,
      category_uid: 4,
      activity_id: 5,
      type_uid: 6,
      start_time: 7,
      end_time: 8,
      message: 12,
      metadata: 13,
      actor: 16,
      src_endpoint: 17,
      evidences: 27,
      unmapped: 28,
      "@timestamp": 29,
    },
  ],
  // metadata
  [2, { logged_time: 9, modified_time: 10, processed_time: 11, uid: 14, tenant_uid: 15 }],
  // actor, actor.org, actor.user, actor.user.org, src_endpoint
  [3, { org: 18, user: 20 }],
  [4, { uid: 19 }],
  [5, { org: 21, uid: 23, name: 24, email_addr: 25 }],
  [6, { uid: 22 }],
  [7, { ip: 26 }],
];

/** The contexts of objects above, by the context and the key of each. */
export const keyContexts: ReadonlyMap<string, number> = new Map([
  ["1 metadata", 2],
  ["1 actor", 3],
  ["3 org", 4],
  ["3 user", 5],
  ["5 org", 6],
  ["1 src_endpoint", 7],
]);

const KNOWN_ATTRIBUTE = 30;
/** A key that is noted as a field alone. */
export const FIELD_ID = 31;
const EVENT = 1;

export const scannedKeys: readonly ScannedKey[] = keysOf.flatMap(([context, keys]) => {
  const noted = Object.entries(keys).map(([key, id]) => ({ key, context, id }));
  if (context !== EVENT) return noted;
  const others = commonAttributes.filter((key) => keys[key] === undefined);
  return [...noted, ...others.map((key) => ({ key, context, id: KNOWN_ATTRIBUTE }))];
});
