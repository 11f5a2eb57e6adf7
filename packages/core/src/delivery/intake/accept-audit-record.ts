import { isObject } from "../../event/is-object.ts";
import type { AuditRecordOptions, UnreadableTime } from "../../ocsf/from-audit-record.ts";
import { createAuditRecordMapping, unreadableTime } from "../../ocsf/from-audit-record.ts";
import { writeEvent } from "../../ocsf/write-json.ts";
import type { Acceptance } from "./accept-event.ts";
import { acceptObject, parsedWithCare } from "./accept-event.ts";
import type { IntakeRules } from "./intake-rules.ts";
import type { EventErrorCode } from "./event-error.ts";
import { eventError } from "./event-error.ts";

/** Counts of audit records, besides those of events. */
export interface AuditRecordCounts {
  /** Records that became events. */
  readonly mapped: number;
  /**
   * Records with an unmapped action, by action; their events have activity 99. Actions beyond a limit are counted
   * together.
   */
  readonly unknownActions: Readonly<Record<string, number>>;
  /** Records without a time. Their events get the time of arrival and say so. */
  readonly untimed: number;
  /** Records refused for an invalid time, by organisation. Organisations beyond a limit are counted together. */
  readonly unreadableTimes: Readonly<Record<string, number>>;
}

/** Maps audit records of the platform to OCSF events, which are then checked like any other. */
export interface AuditRecordIntake {
  readonly acceptAuditRecord: (auditRecord: unknown, now: number, rules: IntakeRules) => Acceptance;
  readonly acceptAuditRecordText: (json: string, now: number, rules: IntakeRules) => Acceptance;
  readonly counts: () => AuditRecordCounts;
}

/** Options of the mapping of audit records. Each destination chooses its own rendering. */
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
/** Key for all names beyond the limit. A missing name counts under an empty key. */
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
