import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ApiServer } from "../../test/api-server.ts";
import { ORG_A, ORG_B, startApi } from "../../test/api-server.ts";

let api: ApiServer;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.close());

const CONFIGS = "/v1/org/siem-configs";
const config = { url: "https://acme.example", token: "s3cret-token" };
const body = { connector_type: "acme", config };

async function create(more: object = {}): Promise<string> {
  const { status, json } = await api.call("POST", CONFIGS, { body: { ...body, ...more } });
  expect(status).toBe(201);
  return String(json.id);
}

const problemsOf = ({ json }: Awaited<ReturnType<ApiServer["call"]>>) =>
  json.problems.map(({ path, message, fix = "" }: Record<string, string>) => `${path}: ${message} ${fix}`.trim());

describe("creating", () => {
  it("answers the row with its address, its version and marks for its secrets", async () => {
    const reply = await api.call("POST", CONFIGS, { body: { ...body, name: " SOC ", filter: { min_severity_id: 2 } } });
    expect([reply.status, reply.headers["cache-control"]]).toEqual([201, "private, no-cache"]);
    expect(reply.headers.location).toBe(`${CONFIGS}/${reply.json.id}`);
    expect(reply.headers.etag).toBe('"1"');
    expect(reply.json).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      org_id: ORG_A,
      connector_type: "acme",
      name: "SOC",
      config: { url: "https://acme.example", token: "[secret]" },
      config_problem: null,
      secrets: { token: { changed_at: expect.stringMatching(/^\d{4}-.*Z$/) } },
      is_enabled: true,
      delivery: {},
      filter: { min_severity_id: 2 },
      created_at: expect.any(String),
      updated_at: expect.any(String),
      last_delivery_at: null,
      delivery_status: "pending",
      version: 1,
    });
    expect(api.configs.rows.get(reply.json.id)?.settings).toEqual(config);
    expect(api.running.asked).toEqual([`reconcile ${reply.json.id}`]);
  });

  it("names everything that is wrong at once, and repeats no secret", async () => {
    const reply = await api.call("POST", CONFIGS, {
      body: { connector_type: "acme", config: { url: "s3cret-token", tokn: "s3cret-token", token: "s3cret-token" } },
    });
    expect([reply.status, reply.json.code]).toEqual([422, "settings_invalid"]);
    expect(problemsOf(reply)).toEqual([
      'config.url: "[secret]" is no https address.',
      'config.tokn: unknown setting. Did you mean "token"?',
    ]);
    expect(reply.text).not.toContain("s3cret");
    expect(api.configs.rows.size).toBe(0);
  });

  it.each([
    [{ ...body, conector_type: "x" }, 'conector_type: unknown setting. Did you mean "connector_type"?'],
    [{ config }, "connector_type: is missing: expected text."],
    [{ connector_type: "acme" }, "config: is missing: expected a map of settings."],
    [{ ...body, connector_type: "akme" }, 'connector_type: No installed connector is of type "akme".'],
    [{ ...body, connector_type: "a'; --" }, /^connector_type: expected a connector's type/],
    [{ ...body, name: "a\u0000b" }, /^name: expected one line/],
    [{ ...body, name: "a\ud800b" }, /^name: expected one line/],
    [{ ...body, name: "x".repeat(101) }, /^name: /],
    [{ ...body, is_enabled: "yes" }, "is_enabled: expected true or false, got text."],
    [{ ...body, delivery: { dead_letter_path: "/etc/passwd" } }, /^delivery.dead_letter_path: unknown setting/],
    [{ ...body, delivery: { batch_size: 0 } }, /^delivery.batch_size: /],
    [{ ...body, filter: { min_severity: 2 } }, /^filter.min_severity: .*"min_severity_id"/],
    [{ ...body, config: { ...config, token: "[secret]" } }, /^config.token: .* there is none. Send the value itself/],
    [[body], "expected a map of settings, got a list."],
  ])("refuses %j", async (given, said) => {
    const reply = await api.call("POST", CONFIGS, { body: given });
    expect(reply.status).toBe(422);
    expect(problemsOf(reply).join("\n").replace(/^: /, "")).toMatch(said);
  });

  it.each([
    ["broken JSON", '{"config":{"token":"s3cret', {}, 400, "body_unreadable"],
    ["a prototype", '{"__proto__":{"admin":true}}', {}, 400, "body_unreadable"],
    ["another type", "connector_type=acme", { "content-type": "application/x-www-form-urlencoded" }, 415, undefined],
    ["gzip", "x", { "content-encoding": "gzip" }, 415, "unsupported_encoding"],
    ["what is nested deep", `{"config":${'{"a":'.repeat(9000)}1${"}".repeat(9001)}`, {}, 400, "body_unreadable"],
    ["too much", JSON.stringify({ ...body, name: "x".repeat(70_000) }), {}, 413, "body_too_large"],
    ["nothing", "", { "content-length": "0" }, 422, "settings_invalid"],
  ])("refuses %s", async (_, text, headers, status, code) => {
    const reply = await api.call("POST", CONFIGS, { body: text, headers });
    expect(reply.status).toBe(status);
    expect(reply.headers["content-type"]).toBe("application/problem+json");
    expect(reply.json.code).toBe(code ?? "unsupported_media_type");
    expect(reply.text).not.toContain("s3cret");
  });

  it("stands when the change cannot be applied at once", async () => {
    api.running.failure = new Error("busy");
    await create();
    expect(api.failures.map(({ message }) => message)).toEqual(["busy"]);
  });
});

describe("reading", () => {
  it("lists an organisation's own rows, newest first", async () => {
    const first = await create();
    const second = await create();
    await api.call("POST", CONFIGS, { body, token: "siem_b" });
    const { json } = await api.call("GET", CONFIGS);
    expect(json.map(({ id }: { id: string }) => id)).toEqual([second, first]);
  });

  it("spares the answer when the client has this version", async () => {
    const id = await create();
    const known = await api.call("GET", `${CONFIGS}/${id}`, { headers: { "if-none-match": 'W/"1"' } });
    expect([known.status, known.text, known.headers.etag]).toEqual([304, "", '"1"']);
    const changed = await api.call("GET", `${CONFIGS}/${id}`, { headers: { "if-none-match": '"0"' } });
    expect(changed.status).toBe(200);
  });

  it.each(["nonsense", "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de0ff", "..%2f..%2f"])(
    "answers 404 to the id %s",
    async (id) => {
      const reply = await api.call("GET", `${CONFIGS}/${id}`);
      expect([reply.status, reply.json.code]).toEqual([404, "not_found"]);
    },
  );

  it("hides everything of a connector that is not installed, and of settings that it does not know", async () => {
    const id = await create();
    const row = api.configs.rows.get(id);
    if (row === undefined) throw new Error("no row");
    api.configs.rows.set(id, {
      ...row,
      settings: { ...config, hec_key: "s3cret", url: "https://u:s3cret@acme.example" },
    });
    const known = await api.call("GET", `${CONFIGS}/${id}`);
    expect(known.json.config).toEqual({ url: "https://[secret]@acme.example", token: "[secret]", hec_key: "[secret]" });
    api.configs.rows.set(id, { ...row, connectorType: "gone", settings: { url: "s3cret", deep: { a: ["s3cret"] } } });
    const gone = await api.call("GET", `${CONFIGS}/${id}`);
    expect(gone.json.config).toEqual({ url: "[secret]", deep: "[secret]" });
  });
});

describe("changing", () => {
  it.each(["PUT", "PATCH"] as const)("by %s keeps what is not named, and secrets by their marks", async (method) => {
    const id = await create({ name: "SOC" });
    const before = (await api.call("GET", `${CONFIGS}/${id}`)).json;
    const given = { config: { url: "https://acme.example/other/path", token: "[secret]", index: "audit" } };
    const { status, json, headers } = await api.call(method, `${CONFIGS}/${id}`, { body: given });
    expect([status, headers.etag, json.name, json.version]).toEqual([200, '"2"', "SOC", 2]);
    expect(json.secrets).toEqual(before.secrets);
    expect(api.configs.rows.get(id)?.settings).toEqual({ ...given.config, token: config.token });
    expect(api.running.asked.at(-1)).toBe(`reconcile ${id}`);
  });

  it("writes down when a secret was changed", async () => {
    const id = await create({ config: { ...config, second: "other" } });
    const before = (await api.call("GET", `${CONFIGS}/${id}`)).json.secrets;
    await new Promise((resolve) => setTimeout(resolve, 2));
    const given = { config: { ...config, token: "new-token", second: "[secret]" } };
    const { secrets } = (await api.call("PATCH", `${CONFIGS}/${id}`, { body: given })).json;
    expect(secrets.second).toEqual(before.second);
    expect(secrets.token.changed_at > before.token.changed_at).toBe(true);
  });

  it("takes settings that are left out for their defaults, and says how to keep a secret", async () => {
    const id = await create({ config: { ...config, index: "audit" } });
    const reply = await api.call("PATCH", `${CONFIGS}/${id}`, { body: { config: { url: config.url } } });
    expect(problemsOf(reply)).toEqual([
      'config.token: is missing: expected text. Send "[secret]" to keep the stored value, or a new one.',
    ]);
    const kept = { config: { url: config.url, token: "[secret]" } };
    expect((await api.call("PATCH", `${CONFIGS}/${id}`, { body: kept })).json.config).toEqual(kept.config);
  });

  it.each([
    ["url", { url: "https://evil.example", token: "[secret]" }],
    ["url", { url: "https://acme.example:444", token: "[secret]" }],
    ["url", { url: "https://acme.example@evil.example", token: "[secret]" }],
    ["site", { ...config, site: "evil.example", token: "[secret]" }],
  ])("sends no kept secret to another recipient: %s", async (setting, given) => {
    const id = await create();
    for (const [method, url] of [
      ["PATCH", `${CONFIGS}/${id}`],
      ["POST", `${CONFIGS}/${id}/test`],
    ] as const) {
      const reply = await api.call(method, url, { body: { config: given } });
      expect(reply.status).toBe(422);
      expect(problemsOf(reply)).toEqual([
        `config.token: the stored value is not kept, because config.${setting} changes who would receive it. ` +
          "Send the value itself together with that change.",
      ]);
    }
    expect(api.configs.rows.get(id)?.version).toBe(1);
    const whole = { config: { ...given, token: "their-own" } };
    expect((await api.call("PATCH", `${CONFIGS}/${id}`, { body: whole })).status).toBe(200);
  });

  it("does not take a default that is written down for another recipient", async () => {
    const id = await create();
    const given = { config: { ...config, token: "[secret]", site: "one.example" } };
    expect((await api.call("PATCH", `${CONFIGS}/${id}`, { body: given })).status).toBe(200);
  });

  it("changes nothing, and tells nobody, when everything is as it was", async () => {
    const id = await create({ name: "SOC" });
    const same = { name: "SOC", is_enabled: true, config: { ...config, token: "[secret]" }, connector_type: "acme" };
    const reply = await api.call("PUT", `${CONFIGS}/${id}`, { body: same });
    expect([reply.status, reply.json.version]).toEqual([200, 1]);
    expect(await api.events()).toHaveLength(1);
  });

  it("keeps the type", async () => {
    const id = await create();
    const reply = await api.call("PATCH", `${CONFIGS}/${id}`, { body: { connector_type: "splunk_hec" } });
    expect([reply.status, problemsOf(reply)[0]]).toEqual([422, expect.stringContaining("cannot be changed")]);
  });

  it("refuses a version that is no longer the current one", async () => {
    const id = await create();
    const change = (match: string, name: string) =>
      api.call("PATCH", `${CONFIGS}/${id}`, { body: { name }, headers: { "if-match": match } });
    expect((await change('"1"', "a")).status).toBe(200);
    const late = await change('"1"', "b");
    expect([late.status, late.json.code, late.json.version]).toEqual([412, "version_conflict", 2]);
    expect((await change("2", "b")).status).toBe(412);
    expect((await change('"7", "2"', "b")).status).toBe(200);
    expect((await change("*", "c")).status).toBe(200);
  });

  it("sees somebody else's change in between, and refuses when the client named the version", async () => {
    const id = await create();
    const meanwhile = (name: string) => {
      api.configs.beforeUpdate = () => {
        api.configs.beforeUpdate = undefined;
        const row = api.configs.rows.get(id);
        if (row !== undefined) api.configs.rows.set(id, { ...row, name, version: row.version + 1 });
      };
    };
    meanwhile("theirs");
    const merged = await api.call("PATCH", `${CONFIGS}/${id}`, { body: { is_enabled: false } });
    expect(merged.json).toMatchObject({ name: "theirs", is_enabled: false, version: 3 });
    meanwhile("theirs again");
    const named = { body: { is_enabled: true }, headers: { "if-match": '"3"' } };
    expect((await api.call("PATCH", `${CONFIGS}/${id}`, named)).json).toMatchObject({ status: 412, version: 4 });
  });

  it("lets settings that cannot be decrypted be replaced and turned off, and nothing else", async () => {
    const id = await create();
    const row = api.configs.rows.get(id);
    if (row === undefined) throw new Error("no row");
    api.configs.rows.set(id, { ...row, settings: { unreadable: "no key fits." } });
    const call = (given: object) => api.call("PATCH", `${CONFIGS}/${id}`, { body: given });
    expect((await api.call("GET", `${CONFIGS}/${id}`)).json).toMatchObject({
      config: null,
      config_problem: "no key fits.",
    });
    expect((await call({ filter: { min_severity_id: 1 } })).json).toMatchObject({ code: "settings_unreadable" });
    expect((await call({ config: { ...config, token: "[secret]" } })).status).toBe(422);
    expect((await call({ is_enabled: false })).json).toMatchObject({ is_enabled: false, config: null });
    expect((await call({ config })).json).toMatchObject({ config_problem: null });
  });
});

describe("deleting", () => {
  it("passes on what is to become of queued events", async () => {
    const [first, second] = [await create(), await create()];
    const reply = await api.call("DELETE", `${CONFIGS}/${first}`, { headers: { "content-type": "application/json" } });
    expect([reply.status, reply.text]).toEqual([204, ""]);
    expect((await api.call("DELETE", `${CONFIGS}/${second}?leftover=dead-letter`)).status).toBe(204);
    expect(api.running.asked.slice(2)).toEqual([
      `removing ${first} deliver`,
      `reconcile ${first}`,
      `removing ${second} dead-letter`,
      `reconcile ${second}`,
    ]);
    expect((await api.call("DELETE", `${CONFIGS}/${first}`)).status).toBe(404);
  });

  it("takes back what was to become of queued events when somebody else was quicker", async () => {
    const id = await create();
    const running = { ...api.running };
    api.running.removing = (...words) => {
      const row = api.configs.rows.get(id);
      if (row !== undefined) api.configs.rows.set(id, { ...row, version: 2 });
      return running.removing(...words);
    };
    const late = await api.call("DELETE", `${CONFIGS}/${id}?leftover=dead-letter`, { headers: { "if-match": '"1"' } });
    expect([late.status, late.json.version]).toEqual([412, 2]);
    expect(api.running.asked.slice(1)).toEqual([`removing ${id} dead-letter`, `not removing ${id}`]);
  });

  it("refuses another version, and another word", async () => {
    const id = await create();
    const old = await api.call("DELETE", `${CONFIGS}/${id}`, { headers: { "if-match": '"4"' } });
    expect([old.status, old.json.version]).toEqual([412, 1]);
    expect((await api.call("DELETE", `${CONFIGS}/${id}?leftover=burn`)).status).toBe(422);
    expect(api.configs.rows.size).toBe(1);
  });
});

describe("the organisation of a request", () => {
  it("is named by an administrator, and by whoever belongs to several", async () => {
    for (const token of ["siem_admin", "siem_both"] as const) {
      const unsaid = await api.call("POST", CONFIGS, { body, token });
      expect([unsaid.status, problemsOf(unsaid)[0]]).toEqual([422, expect.stringContaining("?org_id=<UUID>")]);
      const said = await api.call("POST", `${CONFIGS}?org_id=${ORG_B.toUpperCase()}`, { body, token });
      expect([said.status, said.json.org_id]).toEqual([201, ORG_B]);
    }
  });

  it("cannot be another's", async () => {
    expect((await api.call("GET", `${CONFIGS}?org_id=${ORG_B}`)).status).toBe(403);
    expect((await api.call("GET", `${CONFIGS}?org_id=${ORG_A}`)).status).toBe(200);
    expect((await api.call("GET", `${CONFIGS}?org_id=1`)).status).toBe(422);
    expect((await api.call("GET", `${CONFIGS}?org_id=${ORG_A}&org_id=${ORG_B}`)).status).toBe(422);
    expect((await api.call("GET", `${CONFIGS}?orgid=${ORG_B}`)).status).toBe(422);
  });
});
