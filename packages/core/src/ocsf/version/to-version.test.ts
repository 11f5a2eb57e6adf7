import { describe, expect, it } from "vitest";
import { createOfficialJudge } from "../../../test/official-schema.ts";
import { wholeEvents } from "../../../test/whole-events.ts";
import { createEventBuilders } from "../builders/event-builders.ts";
import { createAuditRecordMapper } from "../from-audit-record.ts";
import { parseJson } from "../parse-json.ts";
import { isJsonObject, type JsonObject } from "../json-value.ts";
import { stringifyEvent } from "../stringify-event.ts";
import { validate } from "../validate.ts";
import { writeEvent } from "../write-json.ts";
import { toVersion } from "./to-version.ts";

const versions = [
  { version: "1.5", judge: createOfficialJudge("1.5.0") },
  { version: "1.8", judge: createOfficialJudge("1.8.0") },
] as const;

function textIn(version: "1.5" | "1.8", event: object): string {
  const parsed = parseJson(stringifyEvent(event));
  if (!isJsonObject(parsed)) throw new Error("no object");
  return writeEvent(toVersion(parsed, version));
}

const inVersion = (version: "1.5" | "1.8", event: object): JsonObject => JSON.parse(textIn(version, event));

const source = { ip: "203.0.113.7", country: "DE", city: "Berlin", lat: 52, long: 13.4, isAnonymous: false };
const facts = {
  time: 1_700_000_000_000,
  user: { uid: "u", name: "Ada", email: "ada@example.com" },
  org: { uid: "o" },
  source,
};

/** Windows classes that became queries. */
const KEPT = new Set([205_004, 205_005, 205_019]);

describe.each(versions)("an event in OCSF $version", ({ version, judge }) => {
  it.each(["authentication", "securityFinding", "detectionFinding"] as const)(
    "of the builder %s is valid by the official schema",
    (builder) => {
      const build = createEventBuilders()[builder];
      expect(judge(textIn(version, build({ ...facts, title: "A finding" })))).toEqual([]);
    },
  );

  it("is valid whatever class and attributes it has", () => {
    const all = [
      ...wholeEvents(() => true),
      ...wholeEvents(({ requirement }) => requirement !== "opt"),
      ...wholeEvents(() => false),
    ].filter((event) => !KEPT.has(Number(event["class_uid"])));
    const valid = all.filter((event) => validate(event, { schema: "extended" }).errors.length === 0);
    // The others break a rule of 1.1 itself, such as one attribute too many.
    expect(valid.length).toBeGreaterThan(all.length * 0.9);
    for (const event of valid)
      expect([event["class_uid"], judge(textIn(version, event))]).toEqual([event["class_uid"], []]);
  });

  it("is valid for each record that the platform writes", () => {
    const map = createAuditRecordMapper();
    const actions = [
      "chat_completion",
      "model_list",
      "user_login",
      "user_created",
      "dlp_block",
      "role_changed",
      "api_key_created",
      "no_such",
    ];
    for (const action of actions) {
      const record = {
        id: "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001",
        action,
        timestamp: "2026-11-30T08:00:00Z",
        user_id: "u",
        user_email: "ada@example.com",
        org_id: "o",
        org_name: "Acme",
        src_ip: "203.0.113.7",
        src_lat: 52.5,
        src_long: 13,
        src_isp: "Example Net",
        model_id: "gpt",
        provider: "openai",
        token_count_input: 12,
        token_count_output: 30,
        role: "admin",
      };
      expect([action, judge(textIn(version, map(record).event))]).toEqual([action, []]);
    }
  });

  it("names its version, and keeps what the version has no place for", () => {
    const event = inVersion(version, createEventBuilders().authentication(facts));
    expect(event).toMatchObject({
      metadata: { version: `${version}.0`, tenant_uid: "o" },
      src_endpoint: { ip: "203.0.113.7", location: { lat: 52, long: 13.4, city: "Berlin" } },
      unmapped: { actor: { org: { uid: "o" } }, src_endpoint: { is_anonymous: false } },
    });
    expect(JSON.stringify(event)).not.toContain("coordinates");
    expect((event["metadata"] as JsonObject)["extensions"]).toBeUndefined();
  });

  it("writes whole floats as floats", () => {
    expect(textIn(version, createEventBuilders().authentication(facts))).toContain('"lat":52.0');
  });

  it("of a class that means something else by then stays 1.1", () => {
    const event = { class_uid: 205_019, time: 1, metadata: { version: "1.1.0" } };
    expect(inVersion(version, event)).toEqual(event);
  });
});

describe("an event about a model in OCSF 1.8", () => {
  const record = {
    action: "chat_completion",
    timestamp: 1_700_000_000_000,
    model_id: "gpt-x",
    provider: "openai",
    prompt_tokens: 7,
    completion_tokens: 9,
    latency_ms: 5,
  };

  it("says model, provider and tokens under the AI profile", () => {
    const event = inVersion("1.8", createAuditRecordMapper()(record).event);
    expect(event).toMatchObject({
      ai_model: { name: "gpt-x", ai_provider: "openai" },
      message_context: { prompt_tokens: 7, completion_tokens: 9, service: { name: "openai" } },
      metadata: { profiles: ["ai_operation"] },
    });
    expect(event["unmapped"]).not.toHaveProperty("prompt_tokens");
  });

  it("has none of it in 1.5, or where the provider is not known", () => {
    const { provider: _, ...unknown } = record;
    for (const event of [
      inVersion("1.5", createAuditRecordMapper()(record).event),
      inVersion("1.8", createAuditRecordMapper()(unknown).event),
    ]) {
      expect(event).not.toHaveProperty("ai_model");
      expect(event["unmapped"]).toHaveProperty("prompt_tokens", 7);
    }
  });
});
