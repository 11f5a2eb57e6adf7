import { describe, expect, it } from "vitest";
import { createEventRecord } from "../delivery/intake/accept-event.ts";
import { AcceptedEvent } from "../event/accepted-event.ts";
import { celFilter } from "./cel-filter.ts";

const event = {
  class_uid: 3002,
  severity_id: 3,
  time: 1_700_000_000_000,
  is_mfa: true,
  is_cleartext: false,
  message: "a “quoted” 😀 text\n",
  metadata: { uid: "u1", labels: ["prod", "eu"], product: { name: "gateway" } },
  actor: {
    user: { name: "ada", email_addr: "ada@example.com", type_id: 1, groups: [{ name: "admins" }, { name: "ops" }] },
  },
  src_endpoint: { ip: "10.1.2.3", port: 443 },
  observables: [
    { name: "src_endpoint.ip", type_id: 2, value: "10.1.2.3" },
    { name: "x", type_id: 1 },
  ],
  unmapped: { team: "blue", level: 7, deep: { a: [1, "two", null] }, none: null },
};

function testOf(source: string) {
  const result = celFilter(source);
  if ("problem" in result) throw new Error(JSON.stringify(result.problem));
  return result.filter.test;
}

const passes = (source: string, of: object = event) => testOf(source)(createEventRecord({ ...of }));

describe("a filter", () => {
  it.each([
    "class_uid == 3002",
    "class_uid in [3001, 3002] && severity_id >= 3",
    "severity_id < 4 && severity_id > 2 && severity_id <= 3 && severity_id != 4",
    "is_mfa && !is_cleartext",
    "is_mfa == true && is_cleartext != true",
    'actor.user.name == "ada" || actor.user.name == "bob"',
    'actor.user.email_addr.endsWith("@example.com")',
    'actor.user.email_addr.startsWith("ada@") && actor.user.email_addr.contains("example")',
    'message.contains("😀") && message.contains("“quoted”") && message.endsWith("\\n")',
    "size(message) == 18",
    "has(actor.user.email_addr) && !has(actor.user.full_name)",
    '"prod" in metadata.labels',
    "metadata.labels.size() == 2 && size(observables) == 2",
    "observables.exists(o, o.type_id == 2 && o.value == src_endpoint.ip)",
    'metadata.labels.exists(l, l == "eu")',
    'actor.user.groups.exists(g, g.name in ["ops", "dev"])',
    'src_endpoint.ip.matches("^10\\\\.(\\\\d+\\\\.){2}3$")',
    'actor.user.name.matches("d")',
    'unmapped.team == "blue" && unmapped.level > 6.5',
    'unmapped.deep.a.exists(x, x == "two")',
    "time > 1600000000000 && src_endpoint.port == 443u",
    'actor.user.name < "b" && actor.user.name >= "ada"',
    "true || false",
  ])("includes an event by %s", (source) => {
    expect(passes(source)).toBe(true);
  });

  it.each([
    // A missing attribute is false, whatever is asked of it.
    'actor.user.full_name == "x"',
    'actor.user.full_name != "x"',
    'actor.user.full_name.contains("")',
    'actor.user.full_name.matches("")',
    "src_endpoint.location.country in ['DE']",
    "size(actor.user.full_name) == 0",
    "actor.session.is_mfa",
    "has(unmapped.none)",
    "unmapped.none == 1",
    "risk_level_id < 100",
    // A value of another type is as good as missing.
    'unmapped.level == "7"',
    "unmapped.team.size.x == 1",
    "unmapped.deep == 1",
    "unmapped.team > 1",
    'observables.exists(o, o.name == "y")',
    "unmapped.constructor == 1",
    'unmapped.team.exists(x, x == "b")',
  ])("leaves an event out by %s", (source) => {
    expect(passes(source)).toBe(false);
  });

  it("includes by a negation what the comparison leaves out", () => {
    expect(passes('!(actor.user.full_name == "x")')).toBe(true);
  });

  it("reads zero as a value where it is there, and as missing where it is not", () => {
    expect(passes("severity_id == 0", { ...event, severity_id: 0 })).toBe(true);
    const json = '{"class_uid":3002,"metadata":{"uid":"u"}}';
    const record = new AcceptedEvent({
      id: "u",
      orgId: null,
      classUid: 3002,
      severityId: 0,
      time: 0,
      acceptedAt: 0,
      json,
    });
    expect(testOf("severity_id == 0")(record)).toBe(false);
    expect(testOf("severity_id >= 0 || time >= 0")(record)).toBe(false);
  });

  it("takes keys that are written with escapes, and the last of a double one", () => {
    const json =
      '{ "class_uid" : 3002 , "act\\u006fr":{"user":{"name":"no"}},"actor":{"user":{"name":"a\\"}{b","name":"ad\\u0061"}}}';
    const record = new AcceptedEvent({
      id: "u",
      orgId: null,
      classUid: 3002,
      severityId: 0,
      time: 0,
      acceptedAt: 0,
      json,
    });
    expect(testOf('actor.user.name == "ada"')(record)).toBe(true);
  });

  it("looks at the first hundred elements of an array", () => {
    const labels = Array.from({ length: 5000 }, (_, index) => `l${index}`);
    const many = { ...event, metadata: { uid: "u", labels } };
    expect(passes('metadata.labels.exists(l, l == "l99")', many)).toBe(true);
    expect(passes('metadata.labels.exists(l, l == "l100")', many)).toBe(false);
    expect(passes("size(metadata.labels) == 5000", many)).toBe(true);
  });

  it("names its terms and the attributes that it reads", () => {
    const result = celFilter('class_uid == 1 && (actor.user.name == "a" || has(src_endpoint.ip)) && !is_mfa');
    if ("problem" in result) throw new Error(result.problem.message);
    expect(result.filter.terms.map(({ source }) => source)).toEqual([
      "class_uid == 1",
      'actor.user.name == "a" || has(src_endpoint.ip)',
      "!is_mfa",
    ]);
    expect(result.filter.paths).toEqual(["class_uid", "actor.user.name", "src_endpoint.ip", "is_mfa"]);
  });

  it.each<[string, string, string | undefined]>([
    ["actor.usr.name == 'x'", "has actor.usr, which no event meant here has.", "Did you mean actor.user?"],
    ["sevrity_id > 1", "has sevrity_id, which", "Did you mean severity_id?"],
    ["severity_id > '3'", "compares a number with a text.", undefined],
    ["actor.user", "has actor.user, an object, where true or false is wanted.", "has(actor.user)"],
    ["actor.user == 'x'", "compares an object as a whole.", "Compare one of its members"],
    ["observables.name == 'x'", "observables is a list.", "observables.exists(x, x.name =="],
    ["severity_id", "severity_id, a number", "Compare it"],
    ["is_mfa < true", "orders true and false", "Use == or !=."],
    ["'x' in actor.user.name", "which is a text", "Give a list"],
    ["severity_id in [1, 'a']", "compares a number with a text.", undefined],
    ["actor.user.name + 'a' == 'b'", "neither an attribute, a constant nor a size (+)", "calculate nothing"],
    ["severity_id == 3 ? true : false", "uses ?:, which filters do not have.", "Filters have comparisons"],
    ["actor.user.name == null", "has null", "has(…)"],
    ["actor.user.name.lower() == 'a'", "calls lower", "startsWith"],
    ["actor.user.name.matches(message)", "no constant", "Write it"],
    ["actor.user.name.matches('(?=a)')", "is no pattern of RE2", undefined],
    ["actor.user.name.matches('(((a?){9}){9}){9}')", "too large a pattern", "Shorten it"],
    ["observables.exists(o, observables.exists(p, p.name == o.name))", "exists inside of exists", undefined],
    ["actor.user.name = 'a'", "is not valid CEL: unexpected character: =.", undefined],
    ["actor.user.name == 'a", "unterminated string", "Close the text"],
    ["", "is not valid CEL", undefined],
    ["__proto__ == 1", "is not valid CEL: reserved identifier", undefined],
    ["actor.__proto__.x == 1", "__proto__", undefined],
    ["actor.constructor.name == 'x'", "has actor.constructor, which no event", undefined],
    ["toString == 'x'", "has toString", undefined],
  ])("is refused with a way out: %s", (source, message, fix) => {
    const result = celFilter(source);
    const problem = "problem" in result ? result.problem : undefined;
    expect(problem?.message).toContain(message);
    if (fix !== undefined) expect(problem?.fix).toContain(fix);
  });

  it("knows the attributes of the classes that it is asked about", () => {
    expect(celFilter("finding_info.uid == 'x'", [3002])).toMatchObject({
      problem: { message: expect.stringContaining("which no event") },
    });
    expect(celFilter("finding_info.uid == 'x'", [2004])).toHaveProperty("filter");
    expect(celFilter("metadata.uid == 'x'", [999_999])).toHaveProperty("filter");
  });
});
