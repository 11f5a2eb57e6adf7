import type { EventRecord, OcsfEvent } from "@arbitex/core";

export type Attribute = readonly [key: string, value: string | number];

export type EncodedEvent = Pick<
  EventRecord,
  "id" | "orgId" | "classUid" | "severityId" | "time" | "acceptedAt" | "json" | "event"
>;

/** Numbers of the event that queries use, under their own names after `ocsf.`. */
const NUMBERS = ["activity_id", "type_uid", "status_id"] as const;

/** Actor and source, named by OpenTelemetry's semantic conventions. */
const TEXTS: readonly (readonly [key: string, ...paths: readonly string[][]])[] = [
  ["user.id", ["actor", "user", "uid"], ["user", "uid"]],
  ["user.name", ["actor", "user", "name"], ["user", "name"]],
  ["user.email", ["actor", "user", "email_addr"], ["user", "email_addr"]],
  ["client.address", ["src_endpoint", "ip"]],
];

/** Returns attributes by which queries select events without reading their body. */
export function attributesOf(record: EncodedEvent): readonly Attribute[] {
  const event = record.event();
  const attributes: Attribute[] = [
    // By convention, log records with the same uid are duplicates and may be removed.
    ["log.record.uid", record.id],
    ["ocsf.class_uid", record.classUid],
  ];
  for (const name of NUMBERS) {
    const value = event[name];
    if (typeof value === "number" && Number.isSafeInteger(value)) attributes.push([`ocsf.${name}`, value]);
  }
  if (record.orgId !== null) attributes.push(["ocsf.actor.org.uid", record.orgId]);
  for (const [key, ...paths] of TEXTS) {
    const text = firstText(event, paths);
    if (text !== undefined) attributes.push([key, text]);
  }
  return attributes;
}

/** Returns the kind of event, such as `ocsf.api_activity`, as OpenTelemetry's event name. */
export function eventNameOf(record: EncodedEvent): string {
  const name = record.event()["class_name"];
  if (typeof name !== "string") return `ocsf.class_${record.classUid}`;
  return `ocsf.${name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .slice(0, 100)}`;
}

/** Returns the first text. Some renderings keep members in `unmapped`. */
function firstText(event: OcsfEvent, paths: readonly (readonly string[])[]): string | undefined {
  for (const path of paths) {
    for (const root of [event, event["unmapped"]]) {
      let value: unknown = root;
      for (const step of path) value = isObject(value) ? value[step] : undefined;
      if (typeof value === "string" && value !== "") return value;
    }
  }
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
