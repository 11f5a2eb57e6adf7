import { createEventBuilders } from "../src/ocsf/builders/event-builders.ts";
import { commonAttributes } from "../src/ocsf/common-attributes.ts";
import type { Acceptance } from "../src/delivery/intake/accept-event.ts";
import { acceptText } from "../src/delivery/intake/accept-event.ts";
import { acceptBytes } from "../src/delivery/intake/accept-bytes.ts";
import type { IntakeRules } from "../src/delivery/intake/intake-rules.ts";
import type { AcceptedEvent, OcsfEvent } from "../src/event/accepted-event.ts";
import { ByteEvent } from "../src/event/byte-event.ts";
import { scannedEvent } from "../src/event/scan/scanned-event.ts";
import type { Random } from "./mutated-events.ts";
import { mutate } from "./mutated-events.ts";

/** What comparing the scanner with the parser found. */
export interface Comparison {
  lines: number;
  /** Lines that the scanner vouched for, and that were refused. */
  vouched: number;
  refused: number;
  /** The first lines on which the two differ, with how. */
  readonly differences: { readonly line: string; readonly scanner: unknown; readonly parser: unknown }[];
}

const NOW = 1_741_824_000_000;
const MOST_LISTED = 5;
/** What may stand between two events: nothing that the scanner reads there may matter. */
const separators = ["\n", ",", "]", "}", '"', " ", "\r\n", ":1", "", "\\"];
const common = new Set(commonAttributes);
const paths = ["metadata.uid", "actor.user.uid", "actor.user.name", "actor.user.email_addr", "src_endpoint.ip"];

export const seedLines: readonly string[] = seedEvents().map((event) => JSON.stringify(event));

/** Mutates events and has both readers judge them. */
export function compareReaders(lines: number, random: Random, rules: IntakeRules): Comparison {
  const comparison: Comparison = { lines: 0, vouched: 0, refused: 0, differences: [] };
  while (comparison.lines < lines) {
    const given = Array.from({ length: 200 }, () => mutate(seedLines[random(seedLines.length)] ?? "", random));
    compareBatch(given, random, rules, comparison);
  }
  return comparison;
}

function compareBatch(given: readonly string[], random: Random, rules: IntakeRules, into: Comparison): void {
  const parts: Buffer[] = [];
  const ranges: number[] = [];
  let at = 0;
  for (const line of given) {
    const text = Buffer.from(line);
    const separator = Buffer.from(separators[random(separators.length)] ?? "");
    ranges.push(at, at + text.length);
    parts.push(text, separator);
    at += text.length + separator.length;
  }
  const bytes = Buffer.concat(parts);
  const { records, rejected } = acceptBytes({ bytes, ranges }, NOW, rules);
  let record = 0;
  let refusal = 0;
  for (let index = 0; index < given.length; index++) {
    const line = bytes.toString("utf8", ranges[index * 2], ranges[index * 2 + 1]);
    const parsed = acceptText(line, NOW, rules);
    const isRefused = rejected[refusal]?.index === index;
    const found = isRefused ? { errors: rejected[refusal++]?.errors ?? [] } : { record: records[record++] };
    into.lines++;
    if (isRefused) into.refused++;
    if (found.record instanceof ByteEvent) into.vouched++;
    const isSame = "errors" in parsed ? sameText(found, parsed) : isSameRecord(found.record, parsed, line);
    if (!isSame && into.differences.length < MOST_LISTED) {
      into.differences.push({ line, scanner: shown(found), parser: shown(parsed) });
    }
  }
}

function isSameRecord(found: AcceptedEvent | undefined, parsed: Acceptance, line: string): boolean {
  if (found === undefined || "errors" in parsed) return false;
  const { record } = parsed;
  // An event without an id gets a random one.
  const isOwnId = record.json === line.replaceAll(/[\r\n]/g, " ");
  return (
    found.classUid === record.classUid &&
    found.severityId === record.severityId &&
    found.time === record.time &&
    found.orgId === record.orgId &&
    (!isOwnId || (found.id === record.id && found.json === record.json)) &&
    (!(found instanceof ByteEvent) || (isOwnId && isNotedRightly(found, record.event())))
  );
}

function isNotedRightly(found: ByteEvent, event: OcsfEvent): boolean {
  const noted = scannedEvent(found);
  if (noted === undefined) return false;
  const { json } = found;
  const bytes = Buffer.from(json);
  return (
    noted.isCommon === Object.keys(event).every((key) => common.has(key)) &&
    noted.hasTimestamp === Object.hasOwn(event, "@timestamp") &&
    noted.hasActor === Object.hasOwn(event, "actor") &&
    noted.hasSource === Object.hasOwn(event, "src_endpoint") &&
    noted.hasHolder === (Object.hasOwn(event, "evidences") || Object.hasOwn(event, "unmapped")) &&
    paths.every((path, index) => {
      const value = valueAt(event, path);
      const [start = 0, end = 0] = noted.texts.subarray(index * 2);
      return end === 0 ? typeof value !== "string" : JSON.parse(bytes.toString("utf8", start, end)) === value;
    })
  );
}

function valueAt(event: OcsfEvent, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => {
    const isMember = typeof value === "object" && value !== null && !Array.isArray(value) && Object.hasOwn(value, key);
    return isMember ? (value as OcsfEvent)[key] : undefined;
  }, event);
}

function sameText(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function shown(outcome: { readonly record: AcceptedEvent | undefined } | object): unknown {
  if (!("record" in outcome) || outcome.record === undefined) return outcome;
  const { id, orgId, classUid, severityId, time, json } = outcome.record;
  return { id, orgId, classUid, severityId, time, json };
}

function seedEvents(): readonly object[] {
  const builders = createEventBuilders();
  const facts = { time: NOW, org: { uid: "o-1" }, user: { uid: "u-1", name: "Ada", email_addr: "a@example.com" } };
  const source = { ip: "203.0.113.7", lat: 52, long: 13.4, isAnonymous: true };
  const small = { class_uid: 6003, time: NOW, severity_id: 1, metadata: { uid: "e-1" } };
  return [
    builders.apiActivity({ ...facts, severityId: 1, operation: "chat", responseCode: 200, source }),
    builders.authentication({ ...facts, source }),
    { ...small, message: 'a "quoted" é漢😀 text\n', unmapped: { "@timestamp": 1, nested: [1, [2, { uid: "x" }]] } },
    { ...small, actor: { org: { uid: "é-org" }, user: { uid: "u", org: { uid: "" } } }, src_endpoint: { ip: "::1" } },
    { ...small, metadata: { uid: "e-2", tenant_uid: "t", logged_time: NOW }, actor: { user: { org: { uid: "uo" } } } },
    { ...small, evidences: [{ actor: { user: { uid: "u" } } }], "@timestamp": "now", start_time: NOW, count: 3 },
    { ...small, category_uid: null, activity_id: null, message: null, severity_id: null, unknown: true },
  ].map((event) => ({
    ...event,
    metadata: { ...("metadata" in event ? (event.metadata as object) : {}), uid: "e-9" },
  }));
}
