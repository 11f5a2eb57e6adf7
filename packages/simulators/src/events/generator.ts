import type { OcsfEvent } from "@arbitex/core";
import { accountChange } from "./account-change.ts";
import { apiActivity } from "./api-activity.ts";
import { authentication } from "./authentication.ts";
import { createCast } from "./cast.ts";
import type { EventMoment } from "./moment.ts";
import { createRandom, integer, pick, uuid7 } from "./random.ts";
import { securityFinding } from "./security-finding.ts";

/** Options of `createEventGenerator`. */
export interface EventGeneratorOptions {
  /** The same seed, start and organisations give the same events. */
  readonly seed: number;
  /** Time of the first event, in milliseconds since the epoch. Fixed by default, so that tests are repeatable. */
  readonly startTime?: number;
  readonly orgIds?: readonly string[];
}

/** Generates events. */
export interface EventGenerator {
  /** The next event, always later than the previous one. Events share nested objects: do not mutate them. */
  next(): OcsfEvent;
}

const DEFAULT_START = Date.UTC(2026, 0, 15, 8);
const DEFAULT_ORG_IDS = [
  "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001",
  "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de002",
  "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de003",
];

/** Per 100 events of a gateway: most are requests; findings are few, logins happen in the morning, changes are rare. */
const PROPORTIONS = [
  { upTo: 0.84, build: apiActivity },
  { upTo: 0.91, build: securityFinding },
  { upTo: 0.98, build: authentication },
  { upTo: 1, build: accountChange },
];

/**
 * Realistic OCSF 1.1 audit events of an AI gateway, about 1.2 KB each as JSON: API Activity 6003, Security Finding 2001,
 * Authentication 3002 and Account Change 3001. They carry every field that the platform documents, some of it beyond plain
 * OCSF 1.1 and so declared by `metadata.extensions`.
 */
export function createEventGenerator({ seed, startTime, orgIds }: EventGeneratorOptions): EventGenerator {
  const random = createRandom(seed);
  const cast = createCast(random, orgIds ?? DEFAULT_ORG_IDS);
  let time = startTime ?? DEFAULT_START;
  return {
    next() {
      const moment: EventMoment = { random, time, uid: uuid7(random, time), person: pick(random, cast) };
      time += integer(random, 1, 40);
      const share = random();
      const { build } = PROPORTIONS.find(({ upTo }) => share < upTo) ?? { build: apiActivity };
      return build(moment);
    },
  };
}
