import { describe, expect, it } from "vitest";
import { type ValidateOptions, validate } from "./validate.ts";

const event = {
  class_uid: 6003,
  class_name: "API Activity",
  category_uid: 6,
  activity_id: 1,
  type_uid: 600301,
  severity_id: 1,
  time: 1741824000123,
  metadata: { version: "1.1.0", product: { name: "Arbitex", vendor_name: "Arbitex" } },
  actor: { user: { uid: "u1", name: "ada" } },
  api: { operation: "chat_completion" },
  src_endpoint: { ip: "203.0.113.7" },
};

const finding = {
  class_uid: 2001,
  category_uid: 2,
  activity_id: 1,
  type_uid: 200101,
  severity_id: 4,
  state_id: 1,
  time: 1741824000123,
  metadata: { version: "1.1.0", product: { name: "Arbitex", vendor_name: "Arbitex" } },
  finding: { title: "DLP rule triggered", uid: "f1" },
};

/** Every issue as one line: E for errors, W for warnings, then code and path. */
function judge(value: unknown, options?: ValidateOptions): string[] {
  const { errors, warnings } = validate(value, options);
  return [
    ...errors.map(({ code, path }) => `E ${code} ${path}`.trim()),
    ...warnings.map(({ code, path }) => `W ${code} ${path}`.trim()),
  ];
}

function malwareErrors(classification_ids: unknown, classifications?: unknown): string[] {
  const lines = judge({ ...finding, malware: [{ name: "m", classification_ids, classifications }] });
  return lines.filter((line) => line.startsWith("E"));
}

function observableNamed(name: string): string[] {
  return judge({ ...event, observables: [{ name, type_id: 2 }] });
}

describe("validate", () => {
  it("finds nothing in a complete event", () => {
    expect(judge(event)).toEqual([]);
  });

  it.each([
    ["a missing class_uid", {}, ["E attribute_required_missing class_uid"]],
    ["a null class_uid", { class_uid: null, x: 1 }, ["E attribute_wrong_type class_uid"]],
    ["a class_uid that is text", { class_uid: "6003" }, ["E attribute_wrong_type class_uid"]],
    ["an unknown class", { class_uid: 9999, x: 1 }, ["E class_uid_unknown class_uid"]],
    ["what is no object", [event], ["E not_an_object"]],
  ])("stops at %s", (_, value, expected) => {
    expect(judge(value)).toEqual(expected);
  });

  it.each([
    ["a required attribute that is null", { time: null }, ["E attribute_required_missing time"]],
    [
      "an integer that is text",
      { severity_id: "high" },
      ["E attribute_wrong_type severity_id", "E attribute_enum_value_unknown severity_id"],
    ],
    [
      "an enum value as text, which is of the enum and not of its type",
      { severity_id: "1" },
      ["E attribute_wrong_type severity_id"],
    ],
    ["an object where an enum value belongs, once", { severity_id: {} }, ["E attribute_wrong_type severity_id"]],
    ["a null enum, which is no value of it", { status_id: null }, ["E attribute_enum_value_unknown status_id"]],
    [
      "a null required enum, twice",
      { severity_id: null },
      ["E attribute_required_missing severity_id", "E attribute_enum_value_unknown severity_id"],
    ],
    ["a wrong category as an unknown enum value", { category_uid: 3 }, ["E attribute_enum_value_unknown category_uid"]],
    ["a null name beside an id", { class_name: null }, ["W attribute_enum_sibling_incorrect class_name"]],
    ["a wrong name beside an id", { category_name: "API" }, ["W attribute_enum_sibling_incorrect category_name"]],
    [
      "Other as the name of 99",
      { status_id: 99, status: "Other" },
      ["W attribute_enum_sibling_suspicious_other status"],
    ],
    ["the source's own name of 99, which is right", { status_id: 99, status: "Timed out" }, []],
    [
      "unknown attributes at any depth",
      { x: 1, actor: { user: { uid: "u1", y: 1 } } },
      ["E attribute_unknown actor.user.y", "E attribute_unknown x"],
    ],
    ["anything under unmapped", { unmapped: { x: { y: null } } }, []],
    ["a key that is undefined, as absent", { x: undefined }, []],
    ["a type_uid that does not follow", { type_uid: 600302 }, ["E type_uid_incorrect type_uid"]],
    ["an object of an array that is none", { enrichments: {} }, ["E attribute_wrong_type enrichments"]],
    ["null in an array", { resources: [null] }, ["E attribute_wrong_type resources[0]"]],
    ["a constraint that nothing meets", { src_endpoint: { port: 443 } }, ["E constraint_failed src_endpoint"]],
    ["a constraint that a null meets", { src_endpoint: { name: null } }, []],
    [
      "a port out of range",
      { src_endpoint: { ip: "1.2.3.4", port: 65536 } },
      ["E attribute_value_exceeds_range src_endpoint.port"],
    ],
    [
      "an address with a port",
      { src_endpoint: { ip: "1.2.3.4:80" } },
      ["W attribute_value_regex_not_matched src_endpoint.ip"],
    ],
    ["an address before a line feed, as PCRE does", { src_endpoint: { ip: "1.2.3.4\n" } }, []],
    [
      "an address with two bytes where one belongs",
      { src_endpoint: { ip: "1é2é3é4" } },
      ["W attribute_value_regex_not_matched src_endpoint.ip"],
    ],
    [
      "an address that is too long",
      { src_endpoint: { ip: `1.2.3.4${" ".repeat(40)}` } },
      ["E attribute_value_exceeds_max_len src_endpoint.ip"],
    ],
    [
      "text that is too long for its super type",
      { actor: { user: { name: "x".repeat(65_536) } } },
      ["E attribute_value_exceeds_super_type_max_len actor.user.name"],
    ],
    ["text of many units and few clusters", { actor: { user: { name: "👩‍👩‍👧".repeat(10_000) } } }, []],
    [
      "an integral float, which JSON writes as an integer",
      { src_endpoint: { ip: "1.2.3.4", location: { coordinates: [9.5, 39] } } },
      ["E attribute_wrong_type src_endpoint.location.coordinates[1]"],
    ],
    ["a whole number of a size that JSON writes with an exponent", { time: 1e21 }, ["E attribute_wrong_type time"]],
    [
      "a method that 1.1.0 does not list",
      { http_request: { http_method: "PATCH" } },
      ["E attribute_enum_value_unknown http_request.http_method"],
    ],
    ["an attribute of a profile that is not listed", { cloud: { provider: "AWS" } }, ["E attribute_unknown cloud"]],
  ])("judges %s", (_, change, expected) => {
    expect(judge({ ...event, ...change })).toEqual(expected);
  });

  it.each([
    ["1.1.0", []],
    ["1.1.0\n", []],
    ["1.0.0", ["W version_earlier metadata.version"]],
    ["one", ["W version_earlier metadata.version"]],
    ["0.9.0-rc.1", ["E version_incompatible_initial_development metadata.version"]],
    ["1.1.0-rc.2", ["E version_incompatible_prerelease metadata.version"]],
    ["1.2.0-dev", ["E version_incompatible_later metadata.version"]],
    ["1.10.0", ["E version_incompatible_later metadata.version"]],
  ])("compares version %j with the schema's", (version, expected) => {
    expect(judge({ ...event, metadata: { ...event.metadata, version } })).toEqual(expected);
  });

  it("lets profiles add attributes and says which are unknown", () => {
    const metadata = { ...event.metadata, profiles: ["cloud", "linux", 3] };
    expect(judge({ ...event, metadata })).toEqual([
      "E profile_unknown metadata.profiles[1]",
      "E attribute_required_missing cloud",
      "E attribute_wrong_type metadata.profiles[2]",
    ]);
    expect(judge({ ...event, metadata: { ...metadata, profiles: ["cloud"] }, cloud: { provider: "AWS" } })).toEqual([]);
  });

  it("warns of a deprecated class, object and attribute", () => {
    expect(judge({ ...finding, evidence: 1 })).toEqual([
      "W class_deprecated",
      "W attribute_deprecated evidence",
      "W object_deprecated finding",
    ]);
  });

  it("judges the constraints of a class without a path", () => {
    const logon = {
      ...event,
      class_uid: 3002,
      class_name: "Authentication",
      category_uid: 3,
      type_uid: 300201,
      user: { uid: "u1" },
    };
    const { api: _, ...rest } = logon;
    expect(judge(rest)).toEqual(["E constraint_failed"]);
    expect(judge({ ...rest, service: null })).toEqual([]);
  });

  it("judges arrays of enums and of their names element by element", () => {
    expect(malwareErrors([1, 500, 99], ["Adware"])).toEqual([
      "E attribute_enum_array_value_unknown malware[0].classification_ids[1]",
    ]);
    expect(malwareErrors([1, 2], ["Backdoor"])).toEqual([
      "E attribute_enum_array_sibling_incorrect malware[0].classifications[0]",
      "E attribute_enum_array_sibling_missing malware[0].classifications[1]",
    ]);
    expect(malwareErrors("1")).toEqual(["E attribute_wrong_type malware[0].classification_ids"]);
  });

  it("follows the names of observables through definitions", () => {
    for (const name of ["src_endpoint.ip", "resources[0].owner.uid", "resources[].uid", "metadata"])
      expect(observableNamed(name)).toEqual([]);
    for (const name of ["", "src_endpoint.nope", "unmapped.x", "src_endpoint[0].ip", "api.request.data.x"]) {
      expect(observableNamed(name)).toEqual(["E observable_name_invalid_reference observables[0].name"]);
    }
  });

  it("knows the arbitex extension only when asked", () => {
    const documented = {
      ...event,
      actor: { ...event.actor, org: { uid: "o1" } },
      src_endpoint: { ip: "1.2.3.4", is_anonymous: true, location: { country: "DE", lat: 52.5, long: 13.4 } },
    };
    expect(judge(documented)).toEqual([
      "E attribute_unknown actor.org",
      "E attribute_unknown src_endpoint.location.lat",
      "E attribute_unknown src_endpoint.location.long",
      "E attribute_unknown src_endpoint.is_anonymous",
    ]);
    expect(judge(documented, { schema: "extended" })).toEqual([]);
  });

  it("warns of missing recommended attributes only when asked", () => {
    expect(judge(event, { missingRecommended: true })).toContain("W attribute_recommended_missing message");
  });

  it("stops at a depth no event has instead of exhausting the stack", () => {
    let process: unknown = { pid: 1 };
    for (let depth = 0; depth < 20_000; depth += 1) process = { pid: 1, parent_process: process };
    const found = judge({ ...event, actor: { process } });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^E nested_too_deep actor\.process\.parent_process/);
  });

  it("does not change the event", () => {
    const text = JSON.stringify(finding);
    validate(finding);
    expect(JSON.stringify(finding)).toBe(text);
  });
});
