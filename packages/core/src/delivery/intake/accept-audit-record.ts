import type { AuditRecordOptions, UnreadableTime } from "../../ocsf/from-audit-record.ts";
import { createAuditRecordMapping, unreadableTime } from "../../ocsf/from-audit-record.ts";
import { writeEvent } from "../../ocsf/write-json.ts";
import type { Acceptance } from "./accept-event.ts";
import { acceptObject, parsedWithCare } from "./accept-event.ts";
import type { IntakeRules } from "./intake-rules.ts";
import type { EventErrorCode } from "./event-error.ts";
import { eventError } from "./event-error.ts";

/** What became of audit records, beyond what is said of every event. */
export interface AuditRecordCounts {
  /** Records that became events. */
  readonly mapped: number;
  /** Records of an action that has no mapping, by action; their events are activity 99. Only so many names are kept apart. */
  readonly unknownActions: Readonly<Record<string, number>>;
  /** Records without any time; their events have the time at which they came, and say so. */
  readonly untimed: number;
  /** Records that were refused because their time cannot be read, by organisation. Only so many are kept apart. */
  readonly unreadableTimes: Readonly<Record<string, number>>;
}

/** Takes audit records of the platform: maps each to an OCSF event, which is then judged like any other. */
export interface AuditRecordIntake {
  readonly acceptAuditRecord: (auditRecord: unknown, now: number, rules: IntakeRules) => Acceptance;
  readonly acceptAuditRecordText: (json: string, now: number, rules: IntakeRules) => Acceptance;
  readonly counts: () => AuditRecordCounts;
}

/** How audit records become events. The rendering is each destination's. */
export type AuditRecordIntakeOptions = Omit<AuditRecordOptions, "rendering">;

export function createAuditRecordIntake(options: AuditRecordIntakeOptions): AuditRecordIntake {
  const toEvent = createAuditRecordMapping(options);
  const unknownActions = createTally();
  const unreadableTimes = createTally();
  let mapped = 0;
  let untimed = 0;

  function acceptAuditRecord(auditRecord: unknown, now: number, rules: IntakeRules): Acceptance {
    if (!isObject(auditRecord)) return notAnAuditRecord;
    const result = toEvent(auditRecord);
    if (!("event" in result)) {
      unreadableTimes.count(orgOf(auditRecord));
      return timeRefused(result);
    }
    const { event, action, known, timed } = result;
    const acceptance = acceptObject(event, now, rules, writeEvent);
    if ("errors" in acceptance) return acceptance;
    mapped++;
    if (!timed) untimed++;
    if (!known) unknownActions.count(action);
    return acceptance;
  }

  return {
    acceptAuditRecord,
    acceptAuditRecordText(json, now, rules) {
      if (json.length > rules.maxEventBytes) {
        return refused(
          "event_too_large",
          `the record has ${json.length} characters, the limit is ${rules.maxEventBytes}`,
        );
      }
      const parsed = parsedWithCare(json);
      return "errors" in parsed ? parsed : acceptAuditRecord(parsed.value, now, rules);
    },
    counts: () => ({
      mapped,
      unknownActions: unknownActions.counts(),
      untimed,
      unreadableTimes: unreadableTimes.counts(),
    }),
  };
}

const MOST_NAMES = 100;
/** Stands for all further names; what has none has the empty one. */
const OTHER_NAMES = "(others)";

interface Tally {
  readonly count: (name: string) => void;
  readonly counts: () => Readonly<Record<string, number>>;
}

function createTally(): Tally {
  const counts = new Map<string, number>();
  return {
    count(given) {
      const name = counts.size < MOST_NAMES || counts.has(given) ? given : OTHER_NAMES;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    },
    counts: () => Object.fromEntries(counts),
  };
}

function orgOf(auditRecord: Readonly<Record<string, unknown>>): string {
  const org = auditRecord["org_id"] ?? auditRecord["tenant_id"];
  return typeof org === "string" ? org : "";
}

function timeRefused(time: UnreadableTime): Acceptance {
  return { errors: [{ code: "time_unreadable", path: time.field, message: unreadableTime(time) }] };
}

function refused(code: EventErrorCode, message: string): Acceptance {
  return { errors: [eventError(code, message)] };
}

const notAnAuditRecord = refused("attribute_wrong_type", "an audit record must be a JSON object");

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
