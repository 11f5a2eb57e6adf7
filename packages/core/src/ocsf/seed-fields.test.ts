import { describe, expect, it } from "vitest";
import { createEventBuilders, type EventBuilders } from "./builders/event-builders.ts";
import type { TypedEvent } from "./generated/classes/index.ts";
import { fromAuditRecord } from "./from-audit-record.ts";
import { isJsonObject } from "./json-value.ts";
import { type Rendering, render } from "./rendering.ts";
import { repair } from "./repair.ts";
import { stringifyEvent } from "./stringify-event.ts";
import { validateText } from "./validate-text.ts";

// Every field that the platform's overview promises, in every class, however the event came about.

const time = Date.UTC(2026, 10, 30, 9);
const facts = {
  time,
  user: { uid: "u1", name: "Ada Lovelace", email: "ada@example.com" },
  org: { uid: "o1", name: "Acme" },
  source: { ip: "203.0.113.7:443", country: "DE", city: "Berlin", lat: 52.5, long: 13.4, isAnonymous: true },
};
const auditRecord = {
  timestamp: "2026-11-30 10:00:00.000+01",
  user_id: "u1",
  user_name: "Ada Lovelace",
  user_email: "ada@example.com",
  org_id: "o1",
  org_name: "Acme",
  src_ip: "203.0.113.7:443",
  src_country_code: "DE",
  src_city: "Berlin",
  src_lat: "52.5",
  src_long: 13.4,
  ip_enrichment: { is_vpn: true },
};

interface Subject {
  readonly classUid: number;
  readonly className: string;
  readonly categoryUid: number;
  readonly categoryName: string;
  readonly activity: readonly [id: number, name: string];
  readonly severity: readonly [id: number, name: string];
  readonly status: readonly [id: number, name: string];
  readonly message: string;
  readonly build: (builders: EventBuilders) => TypedEvent;
  readonly action: string;
  /** Where actor and source are. */
  readonly under: string;
}

const identity = { categoryUid: 3, categoryName: "Identity & Access Management" };
const findings = { categoryUid: 2, categoryName: "Findings", under: "" };
const done = { severity: [1, "Informational"], status: [1, "Success"], activity: [1, "Create"], under: "" } as const;
const dlp = { title: "DLP rule triggered: BLOCK", action: "BLOCK", severityId: 4 } as const;
const subjects: readonly Subject[] = [
  {
    ...done,
    classUid: 6003,
    className: "API Activity",
    categoryUid: 6,
    categoryName: "Application Activity",
    message: "Ada Lovelace called chat_completion from 203.0.113.7",
    build: (builders) => builders.apiActivity({ ...facts, operation: "chat_completion" }),
    action: "chat_completion",
  },
  {
    ...done,
    ...findings,
    classUid: 2001,
    className: "Security Finding",
    severity: [4, "High"],
    message: "DLP rule triggered: BLOCK in the traffic of Ada Lovelace from 203.0.113.7",
    build: (builders) => builders.securityFinding({ ...facts, ...dlp }),
    action: "dlp_block",
  },
  {
    ...done,
    ...findings,
    classUid: 2004,
    className: "Detection Finding",
    severity: [4, "High"],
    status: [1, "New"],
    message: "DLP rule triggered: BLOCK in the traffic of Ada Lovelace from 203.0.113.7",
    build: (builders) => builders.detectionFinding({ ...facts, ...dlp }),
    action: "dlp_block",
    under: "evidences.0.",
  },
  {
    ...done,
    ...identity,
    classUid: 3002,
    className: "Authentication",
    activity: [1, "Logon"],
    message: "Ada Lovelace logged on to Arbitex from 203.0.113.7",
    build: (builders) => builders.authentication(facts),
    action: "auth.login",
  },
  {
    ...done,
    ...identity,
    classUid: 3001,
    className: "Account Change",
    message: "Ada Lovelace created the account of Ada Lovelace from 203.0.113.7",
    build: (builders) => builders.accountChange({ ...facts, activityId: 1 }),
    action: "user_invite",
  },
];

function expectedOf(subject: Subject): Readonly<Record<string, unknown>> {
  const source = `${subject.under}src_endpoint`;
  const actor = `${subject.under}actor`;
  return {
    class_uid: subject.classUid,
    class_name: subject.className,
    category_uid: subject.categoryUid,
    category_name: subject.categoryName,
    activity_id: subject.activity[0],
    activity_name: subject.activity[1],
    severity_id: subject.severity[0],
    severity: subject.severity[1],
    status_id: subject.status[0],
    status: subject.status[1],
    time,
    message: subject.message,
    "metadata.version": "1.1.0",
    "metadata.product.name": "Arbitex",
    [`${actor}.user.uid`]: "u1",
    [`${actor}.user.email_addr`]: "ada@example.com",
    [`${actor}.user.name`]: "Ada Lovelace",
    [`${actor}.org.uid`]: "o1",
    [`${actor}.org.name`]: "Acme",
    [`${source}.ip`]: "203.0.113.7",
    [`${source}.location.country`]: "DE",
    [`${source}.location.city`]: "Berlin",
    [`${source}.location.lat`]: 52.5,
    [`${source}.location.long`]: 13.4,
    [`${source}.is_anonymous`]: true,
  };
}

/** The value at a path, or below `unmapped` where the strict rendering puts what OCSF 1.1.0 has no place for. */
function valueAt(event: unknown, path: string): unknown {
  const follow = (from: unknown) =>
    path.split(".").reduce<unknown>((value, key) => {
      if (Array.isArray(value)) return value[Number(key)];
      return isJsonObject(value) ? value[key] : undefined;
    }, from);
  return follow(event) ?? (isJsonObject(event) ? follow(event["unmapped"]) : undefined);
}

const ways: readonly [name: string, make: (subject: Subject, rendering: Rendering) => object][] = [
  ["from a builder", ({ build }, rendering) => build(createEventBuilders({ rendering }))],
  [
    "from an audit record",
    ({ action, classUid }, rendering) =>
      fromAuditRecord({ ...auditRecord, action }, { rendering, findingClass: classUid === 2004 ? 2004 : 2001 }).event,
  ],
  [
    "from an event that was repaired",
    ({ build }, rendering) => {
      const {
        category_uid,
        category_name,
        class_name,
        activity_name,
        type_uid,
        type_name,
        severity,
        status,
        message,
        ...rest
      } = Object.fromEntries(Object.entries(build(createEventBuilders())));
      expect([category_uid, category_name, class_name, activity_name, type_uid, type_name]).not.toContain(undefined);
      expect([severity, status, message]).not.toContain(undefined);
      return render(repair({ ...rest, time: time / 1000 }).event, rendering);
    },
  ],
];

describe.each(subjects)("$className", (subject) => {
  it.each(
    ways.flatMap(([name, make]) =>
      (["arbitex", "strict"] as const).map((rendering) => [name, rendering, make] as const),
    ),
  )("has every field of the overview %s, rendered %s", (_, rendering, make) => {
    const event = make(subject, rendering);
    const expected = expectedOf(subject);
    expect(Object.fromEntries(Object.keys(expected).map((path) => [path, valueAt(event, path)]))).toEqual(expected);
    const schema = rendering === "strict" ? "base" : "extended";
    expect(validateText(stringifyEvent(event), { schema }).errors).toEqual([]);
  });
});
