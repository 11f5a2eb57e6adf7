import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acceptText } from "../delivery/intake/accept-event.ts";
import { AcceptedEvent } from "../event/accepted-event.ts";
import { createEventBuilders } from "../ocsf/builders/event-builders.ts";
import { stringifyEvent } from "../ocsf/stringify-event.ts";
import { validateText } from "../ocsf/validate-text.ts";
import { readRedaction } from "./read-redaction.ts";
import { createRedact } from "./redact-event.ts";
import type { RedactAction, RedactRule } from "./redact-rule.ts";

const KEY = "a key of thirty-two characters ..";

function ruleOf(path: string, action: RedactAction["kind"], count = 4): RedactRule {
  const result = readRedaction({ path, action: action === "keep last" ? { kind: action, count } : { kind: action } });
  if ("problem" in result) throw new Error(JSON.stringify(result.problem));
  return result.rule;
}

function recordOf(json: string, orgId: string | null = null): AcceptedEvent {
  return new AcceptedEvent({ id: "u", orgId, classUid: 3002, severityId: 1, time: 1, acceptedAt: 1, json });
}

function redacted(json: string, rules: readonly RedactRule[], orgId: string | null = null): unknown {
  return JSON.parse(createRedact({ rules, key: KEY })(recordOf(json, orgId)).json);
}

const event = {
  class_uid: 3002,
  message: "m",
  actor: { user: { name: "ada", email_addr: "ada@example.com" } },
  src_endpoint: { ip: "10.1.2.3", hostname: "h1" },
  observables: [{ name: "a", value: "1" }, { name: "b" }, { name: "c", value: "3" }],
  unmapped: { card: "4111111111111111", list: [1, null, "x"] },
};
const text = JSON.stringify(event);

describe("a redaction", () => {
  it("drops, masks, keeps the last characters and makes pseudonyms, and lists what it changed", () => {
    const rules = [
      ruleOf("actor.user.email_addr", "hmac"),
      ruleOf("src_endpoint.ip", "mask"),
      ruleOf("observables[*].value", "drop"),
      ruleOf("unmapped.card", "keep last"),
      ruleOf("message", "drop"),
      ruleOf("actor.user.full_name", "drop"),
    ];
    expect(redacted(text, rules)).toEqual({
      class_uid: 3002,
      actor: { user: { name: "ada", email_addr: expect.stringMatching(/^hmac-[0-9a-f]{26}@redacted\.invalid$/) } },
      src_endpoint: { ip: "0.0.0.0", hostname: "h1" },
      observables: [{ name: "a" }, { name: "b" }, { name: "c" }],
      unmapped: {
        redacted: ["actor.user.email_addr", "src_endpoint.ip", "observables.value", "unmapped.card", "message"],
        card: "***1111",
        list: [1, null, "x"],
      },
    });
  });

  it("leaves an event that has none of it as it is", () => {
    const record = recordOf(text);
    expect(createRedact({ rules: [ruleOf("user.email_addr", "drop")], key: undefined })(record)).toBe(record);
  });

  it("changes nothing when it is applied again, so that a replay keeps what it shows", () => {
    const rules = [
      ruleOf("actor.user.email_addr", "hmac"),
      ruleOf("actor.user.name", "hmac"),
      ruleOf("src_endpoint.ip", "hmac"),
      ruleOf("src_endpoint.hostname", "mask"),
      ruleOf("unmapped.card", "keep last"),
      ruleOf("message", "drop"),
    ];
    const once = createRedact({ rules, key: KEY })(recordOf(text)).json;
    expect(JSON.parse(once).src_endpoint.ip).toMatch(/^2001:db8(:[0-9a-f]{4}){6}$/);
    const again: unknown = redacted(once, rules);
    expect({ ...(again as typeof event), unmapped: undefined }).toEqual({ ...JSON.parse(once), unmapped: undefined });
  });

  it("gives one value one pseudonym within an organisation, and another in the next", () => {
    const rules = [ruleOf("actor.user.name", "hmac")];
    const nameOf = (orgId: string) => (redacted(text, rules, orgId) as typeof event).actor.user.name;
    expect(nameOf("a")).toBe(nameOf("a"));
    expect(nameOf("a")).not.toBe(nameOf("b"));
    expect(createRedact({ rules, key: `${KEY}!` })(recordOf(text, "a")).json).not.toContain(nameOf("a"));
  });

  it("asks for a key where it needs one", () => {
    expect(() => createRedact({ rules: [ruleOf("actor.user.name", "hmac")], key: undefined })).toThrow(
      "set SIEM_REDACTION_KEY",
    );
  });

  it("finds every member of the name, however it is written", () => {
    const hostile =
      '{ "class_uid":3002, "actor" : {"user":{"name":"one","na\\u006de":"two"}} ,"actor":{"user":{"name" :"three"}}, "unmapped":"text"}';
    const result = createRedact({ rules: [ruleOf("actor.user.name", "mask")], key: undefined })(recordOf(hostile)).json;
    expect(result).not.toMatch(/one|two|three/);
    expect(JSON.parse(result)).toMatchObject({ actor: { user: { name: "redacted" } }, unmapped: "text" });
  });

  it.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("takes %s for a name like any other", (name) => {
    const json = `{"class_uid":3002,"unmapped":{"${name}":"secret","a":1}}`;
    for (const action of ["drop", "mask"] as const) {
      const result = createRedact({ rules: [ruleOf(`unmapped.${name}`, action)], key: undefined })(recordOf(json)).json;
      expect(result).not.toContain("secret");
      expect(() => void JSON.parse(result)).not.toThrow();
    }
  });

  it("removes members with their commas, whichever and however many", () => {
    const names = ["a", "b", "c", "d"];
    fc.assert(
      fc.property(
        fc.subarray(names),
        fc.subarray(names),
        fc.constantFrom(undefined, 1),
        fc.boolean(),
        (present, dropped, space, listed) => {
          const unmapped = Object.fromEntries(present.map((name) => [name, { [name]: name }]));
          const json = JSON.stringify(
            { class_uid: 1, unmapped: listed ? { ...unmapped, redacted: ["z"] } : unmapped },
            null,
            space,
          );
          const rules = [...dropped.map((name) => ruleOf(`unmapped.${name}`, "drop")), ruleOf("unmapped.a.a", "mask")];
          const result = redacted(json, rules) as { unmapped: Record<string, unknown> };
          const { redacted: list, ...rest } = result.unmapped;
          const left = present.filter((name) => !dropped.includes(name));
          expect(Object.keys(rest)).toEqual(left);
          if (left.includes("a")) expect(rest["a"]).toEqual({ a: "redacted" });
          const changed = dropped.some((name) => present.includes(name)) || left.includes("a");
          expect(Array.isArray(list)).toBe(changed || listed);
        },
      ),
    );
  });

  it("leaves valid events valid, by every rule that is not refused", () => {
    const builders = createEventBuilders();
    const source = { ip: "203.0.113.7", city: "Berlin", country: "DE" };
    const user = { uid: "u", email: "ada@example.com", name: "Ada" };
    const org = { uid: "o", name: "Org" };
    const events = [
      builders.authentication({ time: 1, source, org, user }),
      builders.accountChange({ time: 1, activityId: 1, source, org, user, actor: user } as never),
      builders.apiActivity({ time: 1, activityId: 1, source, org, user, operation: "x" } as never),
    ].map((built) => stringifyEvent(built));
    const records = events.flatMap((json) => {
      const acceptance = acceptText(json, 1);
      return "record" in acceptance ? [acceptance.record] : [];
    });
    expect(records.length).toBeGreaterThan(0);
    let allowed = 0;
    for (const record of records) {
      const before = validateText(record.json, { schema: "extended" }).errors;
      for (const path of pathsOf(JSON.parse(record.json))) {
        for (const kind of ["drop", "mask", "hmac", "keep last"] as const) {
          const action = kind === "keep last" ? { kind, count: 3 } : { kind };
          const result = readRedaction({ path, action });
          if ("problem" in result) {
            expect(result.problem.message).not.toBe("");
            continue;
          }
          allowed++;
          const after = validateText(createRedact({ rules: [result.rule], key: KEY })(record).json, {
            schema: "extended",
          });
          expect({ path, kind, errors: after.errors }).toEqual({ path, kind, errors: before });
        }
      }
    }
    expect(allowed).toBeGreaterThan(50);
  });
});

function pathsOf(value: unknown, prefix = ""): string[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((element) => pathsOf(element, prefix));
  return Object.entries(value).flatMap(([key, inner]) => {
    const path = prefix === "" ? key : `${prefix}.${key}`;
    return [path, ...pathsOf(inner, path)];
  });
}

describe("reading a redaction", () => {
  it.each<[string, RedactAction["kind"], string, string | undefined]>([
    ["metadata.uid", "drop", "metadata.uid is needed to route, find or replay the event.", undefined],
    ["metadata", "drop", "metadata holds metadata.uid, which is needed", "Name the members"],
    ["actor.user.org", "drop", "holds actor.user.org.uid", "Name the members"],
    ["unmapped.attestation", "mask", "unmapped.attestation is needed", undefined],
    ["actor.usr.name", "mask", "actor.usr is no attribute", "Did you mean actor.user?"],
    ["status_id", "mask", "status_id is no text", "Use drop."],
    ["src_endpoint.ip", "drop", "needs one of", "Use mask or hmac"],
    ["src_endpoint.ip", "keep last", "is an address", "Use mask or hmac."],
    ["metadata.product.vendor_name", "drop", "required in product", "Use mask or hmac"],
    ["http_request.http_method", "mask", "takes certain words only", "Use drop."],
    ["actor.process", "mask", "is no text", "Use drop."],
    ["a..b", "mask", "is no path", "Write names"],
    ['a"b', "mask", "is no path", "Write names"],
    ["", "mask", "is no path", "Write names"],
    ["__proto__.x", "mask", "is no attribute", undefined],
  ])("refuses %s with %s", (path, kind, message, fix) => {
    const action = kind === "keep last" ? { kind, count: 4 } : { kind };
    const result = readRedaction({ path, action });
    const problem = "problem" in result ? result.problem : undefined;
    expect(problem?.message).toContain(message);
    if (fix !== undefined) expect(problem?.fix).toContain(fix);
  });
});
