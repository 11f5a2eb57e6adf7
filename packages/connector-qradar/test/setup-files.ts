import { actionTable, fromAuditRecord } from "@arbitex/core/ocsf";
import { createEncoder } from "@arbitex/core/syslog";
import type { Row } from "@arbitex/core/syslog";
import { mapping } from "@arbitex/core/syslog";
import { severitiesOf } from "@arbitex/core/syslog";
import { parseMessage } from "./parse-message.ts";
import { recordOf } from "./record-of.ts";

/** Keys of LEEF that QRadar puts into its own fields. */
const NORMALISED = new Set(["devTime", "sev", "cat", "src", "dst", "srcPort", "dstPort", "usrName"]);
const NUMERIC = new Set(["integer", "float", "port"]);

/** Custom properties of QRadar, for what it does not put into its own fields. */
export function customProperties(): readonly object[] {
  return mapping.filter(isCustomProperty).map(({ from, kind, cef, leef }) => ({
    name: `Arbitex ${titleOf(leef?.key ?? "")}`,
    property_type: NUMERIC.has(kind) ? "numeric" : "string",
    description: descriptionOf(from),
    leef: leef?.key,
    cef: cef?.key,
  }));
}

function descriptionOf(from: Row["from"]): string {
  const paths = from.map((path) => (path.startsWith("$") ? path.slice(1).replaceAll("_", " ") : `OCSF ${path}`));
  return paths.join(", or ");
}

function isCustomProperty({ leef }: Row): boolean {
  return leef !== undefined && !NORMALISED.has(leef.key);
}

/** `srcIsAnonymous` is `Src Is Anonymous`. */
function titleOf(key: string): string {
  const spaced = key.replaceAll(/([A-Z])/g, " $1");
  return `${spaced.charAt(0).toUpperCase()}${spaced.slice(1)}`;
}

/** QRadar's own categories, by their number; what none fits is General Audit Event. */
const LOW_LEVEL = {
  webLogin: 3012,
  webLoginFailed: 3013,
  accountAdded: 3031,
  permitted: 4014,
  denied: 4015,
  audit: 19_001,
};
/** Outcomes that the platform's records of a class have; undefined where they say none. */
const OUTCOMES = {
  apiActivity: [undefined, "ALLOW", "BLOCK", "REDACT", "CANCEL", "SKIP", "ERROR"],
  finding: [undefined, "ALLOW", "BLOCK", "REDACT", "CANCEL", "SKIP", "ERROR"],
  authentication: [undefined, "SUCCESS", "FAILURE"],
  accountChange: [undefined, "SUCCESS", "FAILURE"],
} as const;

interface EventName {
  readonly event_id: string;
  readonly category: string;
  readonly name: string;
  readonly severity: number;
  readonly low_level_category_id: number;
}

/** Every event that the platform's actions become, as each format tells them apart: by event id and category. */
export function eventNames(): Readonly<Record<"leef" | "cef", readonly EventName[]>> {
  return { leef: namesIn("leef"), cef: namesIn("cef") };
}

function namesIn(format: "leef" | "cef"): readonly EventName[] {
  const encode = createEncoder({ format, header: "rfc5424", framing: "lf", host: "h", maxMessageBytes: 8192 });
  const found = new Map<string, EventName>();
  for (const { names, mapping: action } of actionTable) {
    for (const outcome of OUTCOMES[action.class]) {
      const record = { action: names[0], timestamp: "2026-01-15T10:00:00Z", ...(outcome && { outcome }) };
      const { event } = fromAuditRecord(record);
      const { header, values } = parseMessage(encode(recordOf({ ...event })).trimEnd());
      const eventId = header[4] ?? "";
      const { cat = "" } = values;
      const key = `${eventId} ${cat}`;
      // As it is usually: LEEF's category says what was done, and not in all cases whether that went well.
      if (found.has(key)) continue;
      found.set(key, {
        event_id: eventId,
        category: cat,
        name: nameOf(event, cat.split(", ")),
        severity: severitiesOf(event.severity_id).leef,
        low_level_category_id: categoryOf(eventId, cat, values["outcome"]),
      });
    }
  }
  return [...found.values()].toSorted((a, b) =>
    `${a.event_id} ${a.category}`.localeCompare(`${b.event_id} ${b.category}`),
  );
}

function nameOf({ class_name, activity_name }: ReturnType<typeof fromAuditRecord>["event"], words: readonly string[]) {
  const more = words.filter((word) => word !== activity_name);
  return [...new Set([`${class_name}: ${activity_name}`, ...more])].join(", ");
}

function categoryOf(eventId: string, cat: string, outcome: string | undefined): number {
  const isFailure = outcome === "failure";
  if (["BLOCK", "CANCEL", "Denied"].includes(cat)) return LOW_LEVEL.denied;
  if (eventId.startsWith("3002:1")) return isFailure ? LOW_LEVEL.webLoginFailed : LOW_LEVEL.webLogin;
  if (/^3001:1(?::|$)/.test(eventId)) return isFailure ? LOW_LEVEL.denied : LOW_LEVEL.accountAdded;
  if (eventId.startsWith("6003:")) return isFailure ? LOW_LEVEL.denied : LOW_LEVEL.permitted;
  return LOW_LEVEL.audit;
}
