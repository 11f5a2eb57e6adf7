import type { AuditRecordOptions } from "../ocsf/from-audit-record.ts";
import { createAuditRecordMapper } from "../ocsf/from-audit-record.ts";
import type { Acceptance } from "./accept-event.ts";
import { acceptObject } from "./accept-event.ts";
import type { Door } from "./door.ts";
import { eventError } from "./event-error.ts";

/** What became of audit records, beyond what is said of every event. */
export interface RecordCounts {
  /** Records that became events. */
  readonly mapped: number;
  /** Records of an action that has no mapping, by action; their events are activity 99. Only so many names are kept apart. */
  readonly unknownActions: Readonly<Record<string, number>>;
  /** Records without a readable time; their events have the time at which they came. */
  readonly untimed: number;
}

/** The door for audit records of the platform: maps each to an OCSF event, which is then judged like any other. */
export interface RecordDoor {
  readonly acceptRecord: (record: unknown, now: number, door: Door) => Acceptance;
  readonly acceptRecordText: (json: string, now: number, door: Door) => Acceptance;
  readonly counts: () => RecordCounts;
}

/** How records become events. The rendering is each destination's. */
export type RecordOptions = Omit<AuditRecordOptions, "rendering">;

const MOST_ACTIONS = 100;
/** Stands for all further actions; a record without an action has the empty name. */
const OTHER_ACTIONS = "(others)";

export function createRecordDoor(options: RecordOptions): RecordDoor {
  const toEvent = createAuditRecordMapper(options);
  const unknownActions = new Map<string, number>();
  let mapped = 0;
  let untimed = 0;

  function acceptRecord(record: unknown, now: number, door: Door): Acceptance {
    if (!isRecord(record)) return notARecord;
    const { event, action, known, timed } = toEvent(record);
    const acceptance = acceptObject(event, now, door);
    if ("errors" in acceptance) return acceptance;
    mapped++;
    if (!timed) untimed++;
    if (!known) {
      const name = unknownActions.size < MOST_ACTIONS || unknownActions.has(action) ? action : OTHER_ACTIONS;
      unknownActions.set(name, (unknownActions.get(name) ?? 0) + 1);
    }
    return acceptance;
  }

  return {
    acceptRecord,
    acceptRecordText(json, now, door) {
      if (json.length > door.maxEventBytes) {
        return refused(
          "event_too_large",
          `the record has ${json.length} characters, the limit is ${door.maxEventBytes}`,
        );
      }
      let record: unknown;
      try {
        record = JSON.parse(json);
      } catch (error) {
        return refused("json_invalid", `not valid JSON: ${error instanceof Error ? error.message : String(error)}`);
      }
      return acceptRecord(record, now, door);
    },
    counts: () => ({ mapped, unknownActions: Object.fromEntries(unknownActions), untimed }),
  };
}

function refused(code: "event_too_large" | "json_invalid" | "attribute_wrong_type", message: string): Acceptance {
  return { errors: [eventError(code, message)] };
}

const notARecord = refused("attribute_wrong_type", "an audit record must be a JSON object");

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
