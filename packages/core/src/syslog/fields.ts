import type { OcsfEvent } from "../event/accepted-event.ts";
import type { Kind } from "./kinds.ts";
import { kinds } from "./kinds.ts";
import type { Row, Target, Weight } from "./mapping.ts";
import { derived, mapping } from "./mapping.ts";
import { createPathReader } from "./paths.ts";

/** A row of the mapping in one format. */
export interface Field {
  readonly key: string;
  readonly label: string | undefined;
  readonly weight: Weight;
  readonly max: number;
  /** Whether the value can be shortened: text can, an address, time or id cannot. */
  readonly canBeCut: boolean;
}

/** Values of an event for a format. Valid until the next event is read. */
export interface EventValues {
  /** Returns a field's text before shortening and escaping; empty if the event has none. */
  text(field: number): string;
  readonly header: HeaderValues;
}

export interface HeaderValues {
  readonly vendor: string;
  readonly product: string;
  readonly version: string;
  /** Event class id: one per activity of a class, always the same. */
  readonly eventId: string;
  readonly name: string;
  readonly severityId: number;
}

export interface FieldReader {
  readonly fields: readonly Field[];
  read(event: OcsfEvent): EventValues;
}

const CUTTABLE: ReadonlySet<Kind> = new Set<Kind>(["text", "list"]);
/** Largest value without a dictionary maximum. */
const DEFAULT_MAX = 4000;

/** Places in which the strict rendering and OCSF's later finding classes hold the platform's top-level members. */
const OTHER_HOMES = ["unmapped", "evidences.0"];
const MOVED = /^(?:actor|src_endpoint)\./;

const HEADER_PATHS = [
  "metadata.product.vendor_name",
  "metadata.product.name",
  "metadata.product.version",
  "class_uid",
  "class_name",
  "activity_id",
  "activity_name",
  "severity_id",
  "status_id",
  "status",
  "status_detail",
  "state",
  "unmapped.action_taken",
  "unmapped.action",
  "unmapped.outcome",
  "disposition",
  "action",
] as const;

const FINDING_CLASSES = new Set([2001, 2002, 2003, 2004, 2005]);
/** Finding classes whose `status_id` is the state of the investigation. */
const LIFE_CYCLE_CLASSES = new Set([2002, 2003, 2004, 2005]);

export function createFieldReader(format: "cef" | "leef"): FieldReader {
  const rows = mapping.flatMap((row): (Row & { readonly target: Target })[] => {
    const target = row[format];
    return target === undefined ? [] : [{ ...row, target }];
  });
  const paths = createPathReader([...HEADER_PATHS, ...rows.flatMap(({ from }) => from.flatMap(homesOf))]);
  const slotOf = (path: string) => paths.slotOf(path);
  const readers = rows.map(({ from, kind, target }) => ({
    toText: kinds[target.kind ?? kind],
    sources: from.flatMap((path): (number | Derived)[] => (isDerived(path) ? [path] : homesOf(path).map(slotOf))),
  }));
  const [
    vendor,
    product,
    version,
    classUid,
    className,
    activityId,
    activityName,
    severityId,
    statusId,
    status,
    detail,
    state,
    taken,
    action,
    outcome,
    disposition,
    control,
  ] = HEADER_PATHS.map(slotOf);
  let values: readonly unknown[] = [];
  const at = (slot: number | undefined) => (slot === undefined ? undefined : values[slot]);

  function derive(name: Derived): unknown {
    const isLifeCycle = LIFE_CYCLE_CLASSES.has(numberOf(at(classUid)));
    switch (name) {
      case "$outcome":
        return isLifeCycle ? undefined : outcomeOf(at(statusId), at(status));
      case "$measure":
        return measure();
      case "$finding_state":
        return at(state) ?? (isLifeCycle ? at(status) : undefined);
      case "$other_activity":
        return otherActivity();
      case "$variant":
        return variant();
      default:
        return name satisfies never;
    }
  }

  function otherActivity(): unknown {
    return at(activityId) === 99 ? at(activityName) : undefined;
  }

  function variant(): string {
    const done = [measure(), at(disposition), at(control)].map(kinds.text).find((text) => text !== "") ?? "";
    const words = [kinds.text(otherActivity()), done, kinds.text(derive("$outcome"))];
    return [...new Set(words)].filter((word) => word !== "").join(", ");
  }

  /** For other classes, `unmapped.action` names the activity and `unmapped.outcome` equals `$outcome`. */
  function measure(): unknown {
    const uid = numberOf(at(classUid));
    if (uid === 6003) return at(taken) ?? at(outcome);
    if (!FINDING_CLASSES.has(uid)) return undefined;
    // The detail of such a finding says why nothing could be done.
    const isUndone = at(statusId) === 2 && at(activityId) === 1;
    const said = uid === 2001 && !isUndone ? at(detail) : undefined;
    return at(taken) ?? said ?? at(action) ?? at(outcome);
  }

  return {
    fields: rows.map(({ kind, target, weight }) => ({
      key: target.key,
      label: target.label,
      weight,
      max: target.max ?? DEFAULT_MAX,
      canBeCut: CUTTABLE.has(target.kind ?? kind),
    })),
    read(event) {
      values = paths.read(event);
      const eventId = `${numberOf(at(classUid))}:${numberOf(at(activityId))}`;
      const names = [at(className), at(activityName)].map(kinds.text).filter((name) => name.trim() !== "");
      return {
        text(field) {
          const reader = readers[field];
          if (reader === undefined) return "";
          for (const source of reader.sources) {
            const text = reader.toText(typeof source === "number" ? values[source] : derive(source));
            if (text !== "") return text;
          }
          return "";
        },
        header: {
          vendor: kinds.text(at(vendor)) || "Arbitex",
          product: kinds.text(at(product)) || "Arbitex",
          version: kinds.text(at(version)) || "unknown",
          eventId,
          name: names.length === 0 ? `Event ${eventId}` : names.join(": "),
          severityId: numberOf(at(severityId)),
        },
      };
    },
  };
}

type Derived = keyof typeof derived;

function isDerived(path: string): path is Derived {
  return path in derived;
}

function homesOf(path: string): readonly string[] {
  if (isDerived(path)) return [];
  return MOVED.test(path) ? [path, ...OTHER_HOMES.map((home) => `${home}.${path}`)] : [path];
}

function outcomeOf(statusId: unknown, status: unknown): unknown {
  if (statusId === 1) return "success";
  if (statusId === 2) return "failure";
  return statusId === 99 ? status : undefined;
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
