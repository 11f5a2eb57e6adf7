import * as fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import { AccountChangeActivityId } from "../generated/classes/account-change.ts";
import { ApiActivityActivityId } from "../generated/classes/api-activity.ts";
import type { Authentication } from "../generated/classes/authentication.ts";
import type { TypedEvent } from "../generated/classes/index.ts";
import { AuthProtocolId, SeverityId, StatusId } from "../generated/enums.ts";
import { stringifyEvent } from "../stringify-event.ts";
import { validateText } from "../validate-text.ts";
import { createEventBuilders, type EventBuilders } from "./event-builders.ts";

const time = 1741824000123;

const known = {
  time,
  message: "m",
  user: { uid: "u1", name: "Ada Lovelace", email: "ada@example.com" },
  org: { uid: "o1", name: "Acme" },
  source: { ip: "203.0.113.7", country: "DE", city: "Berlin", lat: 52, long: 13.25, isAnonymous: true },
};

const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const text = fc.string({ minLength: 1, maxLength: 20 });
const facts = fc.record({
  time: fc.integer({ min: 0 }),
  message: maybe(text),
  severityId: maybe(fc.constantFrom(...Object.values(SeverityId))),
  statusDetail: maybe(text),
  activityName: maybe(text.filter((name) => name !== "Other")),
  uid: maybe(text),
  correlationUid: maybe(text),
  duration: maybe(fc.nat()),
  user: maybe(fc.record({ uid: maybe(text), name: maybe(text), email: maybe(fc.constant("ada@example.com")) })),
  org: maybe(fc.record({ uid: maybe(text), name: maybe(text) })),
  source: maybe(
    fc.record({
      ip: maybe(fc.oneof(fc.ipV4(), fc.constant("2001:db8::1"), fc.constant("unknown"))),
      port: maybe(fc.integer({ min: 0, max: 65_535 })),
      country: maybe(fc.constantFrom("DE", "US")),
      city: maybe(text),
      isp: maybe(text),
      lat: maybe(fc.oneof(fc.integer({ min: -90, max: 90 }), fc.double({ min: -90, max: 90, noNaN: true }))),
      long: maybe(fc.oneof(fc.integer({ min: -180, max: 180 }), fc.double({ min: -180, max: 180, noNaN: true }))),
      isAnonymous: maybe(fc.boolean()),
    }),
  ),
  unmapped: maybe(fc.dictionary(fc.string(), fc.jsonValue())),
  request: maybe(
    fc.record({ method: maybe(fc.constantFrom("GET", "PATCH", "post")), url: maybe(text), userAgent: maybe(text) }),
  ),
});
type Facts = typeof facts extends fc.Arbitrary<infer Value> ? Value : never;

const builds: readonly [name: string, build: (builders: EventBuilders, given: Facts) => TypedEvent][] = [
  [
    "apiActivity",
    (builders, given) => builders.apiActivity({ ...given, operation: "chat_completion", service: { name: "openai" } }),
  ],
  ["authentication", (builders, given) => builders.authentication({ ...given, authProtocolId: AuthProtocolId.SAML })],
  ["accountChange", (builders, given) => builders.accountChange(given)],
  [
    "entityManagement",
    (builders, given) => builders.entityManagement({ ...given, entity: { uid: "c1" }, tenantUid: "o2" }),
  ],
  [
    "securityFinding",
    (builders, given) => builders.securityFinding({ ...given, title: "t", action: "BLOCK", rule: { uid: "r1" } }),
  ],
  [
    "detectionFinding",
    (builders, given) => builders.detectionFinding({ ...given, title: "t", action: "PROMPT", types: ["pii"] }),
  ],
];

/** What may be said of a builder's events: the class and the object that OCSF has deprecated. */
const allowed = new Set(["class_deprecated", "object_deprecated"]);

function judge(event: TypedEvent, schema: "base" | "extended"): string[] {
  const { errors, warnings } = validateText(stringifyEvent(event), { schema });
  const unexpected = event.class_uid === 2001 ? warnings.filter(({ code }) => !allowed.has(code)) : warnings;
  return [...errors, ...unexpected].map(({ code, path }) => `${code} ${path}`);
}

describe.each(builds)("%s", (_, build) => {
  it("passes the schema with the extension, whatever is known", () => {
    const builders = createEventBuilders();
    fc.assert(
      fc.property(facts, (given) => {
        expect(judge(build(builders, given), "extended")).toEqual([]);
      }),
    );
  });

  it("passes bare OCSF 1.1.0 in the strict rendering, whatever is known", () => {
    const builders = createEventBuilders({ rendering: "strict" });
    fc.assert(
      fc.property(facts, (given) => {
        const event = build(builders, given);
        expect(judge(event, "base")).toEqual([]);
        expect(judge(event, "extended")).toEqual([]);
      }),
    );
  });
});

describe("createEventBuilders", () => {
  const builders = createEventBuilders({ newUid: () => "uid-1" });

  it("writes every documented field and the standard homes beside the extension's", () => {
    expect(builders.apiActivity({ ...known, operation: "chat_completion" })).toEqual({
      class_uid: 6003,
      class_name: "API Activity",
      category_uid: 6,
      category_name: "Application Activity",
      activity_id: 1,
      activity_name: "Create",
      type_uid: 600301,
      type_name: "API Activity: Create",
      severity_id: 1,
      severity: "Informational",
      status_id: 1,
      status: "Success",
      time,
      message: "m",
      metadata: {
        version: "1.1.0",
        product: { name: "Arbitex", vendor_name: "Arbitex" },
        uid: "uid-1",
        tenant_uid: "o1",
        extensions: [{ name: "arbitex", uid: "988", version: "1.0.0" }],
      },
      actor: {
        user: {
          uid: "u1",
          name: "Ada Lovelace",
          full_name: "Ada Lovelace",
          email_addr: "ada@example.com",
          org: { uid: "o1", name: "Acme" },
        },
        org: { uid: "o1", name: "Acme" },
      },
      src_endpoint: {
        ip: "203.0.113.7",
        location: { country: "DE", city: "Berlin", lat: 52, long: 13.25, coordinates: [13.25, 52] },
        is_anonymous: true,
      },
      enrichments: [
        {
          name: "src_endpoint.ip",
          value: "203.0.113.7",
          type: "anonymity",
          provider: "Arbitex",
          data: { is_anonymous: true },
        },
      ],
      api: { operation: "chat_completion" },
    });
  });

  it("carries the documented fields in each class, or under evidences where 2004 has no place for them", () => {
    const user = { uid: "u1", name: "Ada Lovelace", email_addr: "ada@example.com" };
    const fields = { actor: { user, org: { uid: "o1" } }, src_endpoint: { ip: "203.0.113.7", is_anonymous: true } };
    expect(builders.authentication(known)).toMatchObject({ ...fields, user });
    expect(builders.accountChange(known)).toMatchObject(fields);
    expect(builders.securityFinding({ ...known, title: "t" })).toMatchObject(fields);
    expect(builders.detectionFinding({ ...known, title: "t" })).toMatchObject({ evidences: [fields] });
  });

  it("says what was done about a finding in the terms of its class", () => {
    const given = { ...known, title: "t", action: "BLOCK" };
    expect(builders.finding(given)).toMatchObject({
      class_uid: 2001,
      status_detail: "BLOCK",
      unmapped: { action: "BLOCK" },
    });
    expect(createEventBuilders({ findingClass: 2004 }).finding(given)).toMatchObject({
      class_uid: 2004,
      action_id: 2,
      action: "Denied",
      disposition_id: 2,
      disposition: "Blocked",
      metadata: { profiles: ["security_control"] },
    });
  });

  it("says whose entity was managed, and from where, in a class that has no place for a source", () => {
    const event = builders.entityManagement({ ...known, tenantUid: "o2", entity: { uid: "c1", name: "SOC" } });
    expect(event).toMatchObject({
      class_uid: 3004,
      metadata: { tenant_uid: "o2", profiles: ["host"] },
      actor: { org: { uid: "o1" } },
      entity: { uid: "c1", name: "SOC" },
      unmapped: { src_endpoint: { ip: "203.0.113.7" } },
    });
    expect(event).not.toHaveProperty("src_endpoint");
    expect(builders.entityManagement({ ...known, entity: {} }).metadata.tenant_uid).toBe("o1");
  });

  it("keeps the source's own words beside 99", () => {
    expect(builders.accountChange({ ...known, activityName: "Role Assignment" })).toMatchObject({
      activity_id: 99,
      activity_name: "Role Assignment",
      type_name: "Account Change: Other",
    });
  });

  it("keeps a method that OCSF 1.1.0 does not list under unmapped", () => {
    const event = builders.apiActivity({ ...known, operation: "x", request: { method: "PATCH" }, unmapped: { a: 1 } });
    expect(event).not.toHaveProperty("http_request");
    expect(event.unmapped).toEqual({ a: 1, http_request: { http_method: "PATCH" } });
  });

  it("names a finding's rule in either class, by its uid where it has no name", () => {
    const found = { time, title: "t", rule: { uid: "r1", category: "pii" } };
    const analytic = { type_id: 1, type: "Rule", uid: "r1", name: "r1", category: "pii" };
    expect(builders.detectionFinding(found).finding_info.analytic).toEqual(analytic);
    expect(builders.securityFinding(found).analytic).toEqual(analytic);
    expect(builders.detectionFinding({ ...found, rule: { uid: "r1", name: "SSN" } })).toMatchObject({
      finding_info: { analytic: { name: "SSN" } },
    });
  });

  it("takes product, vendor and identity from its options", () => {
    const own = createEventBuilders({ product: { name: "Gateway", vendorName: "Acme", version: "2.0" } });
    const { metadata } = own.authentication({ time });
    expect(metadata.product).toEqual({ name: "Gateway", vendor_name: "Acme", version: "2.0" });
    expect(metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(own.authentication({ time, uid: "given" }).metadata.uid).toBe("given");
  });

  it("names what its types promise", () => {
    expectTypeOf<EventBuilders["authentication"]>().returns.toEqualTypeOf<Authentication>();
    expectTypeOf<Authentication["class_uid"]>().toEqualTypeOf<3002>();
    expectTypeOf<Extract<TypedEvent, { class_uid: 3002 }>>().toEqualTypeOf<Authentication>();
    expectTypeOf<SeverityId>().toEqualTypeOf<0 | 1 | 2 | 3 | 4 | 5 | 6 | 99>();
    expectTypeOf<TypedEvent>().toExtend<Readonly<Record<string, unknown>>>();
    expect([AccountChangeActivityId.MFAFactorEnable, ApiActivityActivityId.Read, StatusId.Failure]).toEqual([10, 2, 2]);
    // @ts-expect-error: an activity that the class does not have
    builders.apiActivity({ ...known, operation: "x", activityId: 7 });
  });
});
