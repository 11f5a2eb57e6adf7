import { appendFile, readdir } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ApiServer } from "../../test/api-server.ts";
import { ORG_A, ORG_B, startApi } from "../../test/api-server.ts";
import type { TestDeadLetter } from "../../test/dead-letters.ts";
import { writeDeadLetters } from "../../test/dead-letters.ts";

let api: ApiServer;
let id: string;
let deadLetters: string;

beforeEach(async () => {
  api = await startApi();
  const body = { connector_type: "acme", config: { url: "https://acme.example", token: "s3cret-token" } };
  id = String((await api.call("POST", "/v1/org/siem-configs", { body })).json.id);
  deadLetters = `/v1/org/siem-configs/${id}/dead-letters`;
});
afterEach(() => api.close());

function deadLetter(name: string, more: Partial<TestDeadLetter> = {}): TestDeadLetter {
  return { id: name, destination: id, orgId: ORG_A, ...more };
}

const write = (list: readonly TestDeadLetter[]) => writeDeadLetters(api.folder, `${id}.jsonl`, list);

async function idsOf(query = ""): Promise<readonly string[]> {
  const { json, status } = await api.call("GET", `${deadLetters}${query}`);
  expect(status, JSON.stringify(json)).toBe(200);
  return json.letters.map((one: { id: string }) => one.id);
}

describe("listing", () => {
  it("is empty while there is no file", async () => {
    expect((await api.call("GET", deadLetters)).json).toEqual({ letters: [], next_cursor: null });
  });

  it("shows why, newest first, and the event only when asked", async () => {
    await write([deadLetter("a"), deadLetter("b", { at: "2026-11-25T11:00:00.000Z", reason: "429 slow down" })]);
    const { json } = await api.call("GET", deadLetters);
    expect(json.letters[0]).toEqual({
      id: "b",
      event_id: "event-b",
      stage: "send",
      reason: "429 slow down",
      attempts: 4,
      ambiguous: false,
      first_attempt_at: null,
      dead_lettered_at: "2026-11-25T11:00:00.000Z",
      replayed: false,
    });
    const whole = await api.call("GET", `${deadLetters}?include=event`);
    expect(whole.json.letters[0].event).toMatchObject({ class_uid: 6003, metadata: { uid: "event-b" } });
  });

  it.each([
    ["?stage=limit", ["c"]],
    ["?stage=limit,rejected", ["d", "c"]],
    ["?since=2026-11-25T11:00:00Z", ["d", "c"]],
    ["?since=2026-11-25T11:00:00", ["d", "c"]],
    ["?since=2026-11-25T13:00:00%2B02:00", ["d", "c"]],
    ["?since=2026-11-25&until=2026-11-26", ["d", "c", "b", "a"]],
    ["?until=2026-11-25T11:00:00Z", ["b", "a"]],
    ["?reason=SLOW", ["b"]],
    ["?since=1s", []],
  ])("takes %s", async (query, expected) => {
    await write([
      deadLetter("a"),
      deadLetter("b", { reason: "429 slow down" }),
      deadLetter("c", { stage: "limit", at: "2026-11-25T11:00:00.000Z" }),
      deadLetter("d", { stage: "rejected", at: "2026-11-25T12:00:00.000Z" }),
    ]);
    expect(await idsOf(query)).toEqual(expected);
  });

  it("goes through all in pages, also where many are of one moment, and misses none that is there", async () => {
    const all = Array.from({ length: 23 }, (_, at) => deadLetter(`l${String(at).padStart(2, "0")}`));
    await write(all);
    const seen: string[] = [];
    let cursor = "";
    for (let pages = 0; pages < 10; pages++) {
      const { json } = await api.call("GET", `${deadLetters}?limit=5${cursor}`);
      seen.push(...json.letters.map((one: { id: string }) => one.id));
      // A dead letter of later does not move the pages.
      await write([deadLetter(`new${pages}`, { at: "2026-11-26T00:00:00.000Z" })]);
      if (json.next_cursor === null) break;
      cursor = `&cursor=${json.next_cursor}`;
    }
    expect(seen).toEqual(all.map((one) => one.id).toReversed());
  });

  it.each([
    "?limit=0",
    "?limit=501",
    "?limit=x",
    "?limit=51&include=event",
    "?cursor=e30",
    "?cursor=%00",
    "?stage=lost",
    "?since=5",
    "?since=2026-02-31",
    "?since=2026-02-31T12:00:00Z",
    "?until=yesterday",
    "?until=2026",
    "?since=1e3",
    "?since=",
  ])("refuses %s", async (query) => {
    const { status, json } = await api.call("GET", `${deadLetters}${query}`);
    expect([status, json.code]).toEqual([422, "settings_invalid"]);
  });

  it("shows neither another destination's dead letters of one file nor another organisation's", async () => {
    await write([
      deadLetter("own"),
      deadLetter("theirs", { destination: "other" }),
      deadLetter("moved", { orgId: ORG_B }),
    ]);
    expect(await idsOf()).toEqual(["own"]);
  });

  it("goes on behind a line that a crash has torn", async () => {
    await write([deadLetter("a")]);
    await appendFile(`${api.folder}/${id}.jsonl`, '{"id":"torn\n');
    await write([deadLetter("b")]);
    expect(await idsOf()).toEqual(["b", "a"]);
  });
});

/** Ids of the events that the configuration's own destination received. */
function sentIds(): readonly string[] {
  return api.siem.sent
    .filter(({ destination }) => destination === id)
    .map(({ json }) => (JSON.parse(json) as { metadata: { uid: string } }).metadata.uid);
}

/** A replay, once it has ended. */
async function ended(job: string) {
  const reply = await api.call("GET", `${deadLetters}/replay/${job}`);
  if (reply.json.state !== "running") return reply.json;
  await new Promise((resolve) => setTimeout(resolve, 5));
  return ended(job);
}

function ignore() {}

const filesOf = async () => (await readdir(api.folder)).filter((name) => name.startsWith(id)).toSorted();
const aside = () => `${id}.2026-11-25T12-00-00-000Z.jsonl`;

describe("purging", () => {
  it("gives up those that were replayed, and removes full files of which nothing is left, with their marks", async () => {
    await writeDeadLetters(api.folder, aside(), [deadLetter("a"), deadLetter("b")]);
    await write([deadLetter("c")]);
    await appendFile(
      `${api.folder}/${id}.jsonl.replayed`,
      '{"id":"a","outcome":"settled"}\n{"id":"b","outcome":"settled"}\n',
    );
    expect((await api.call("DELETE", deadLetters)).json).toEqual({ purged: 2 });
    expect(await filesOf()).toEqual([`${id}.jsonl`]);
    expect(await idsOf()).toEqual(["c"]);
    expect((await api.call("DELETE", deadLetters)).json).toEqual({ purged: 0 });
  });

  it("gives up all, or some, where that is said", async () => {
    await write([deadLetter("a"), deadLetter("b", { stage: "limit" }), deadLetter("c", { orgId: ORG_B })]);
    expect((await api.call("DELETE", `${deadLetters}?which=all&stage=limit`)).json).toEqual({ purged: 1 });
    expect(await idsOf()).toEqual(["a"]);
    expect((await api.call("DELETE", `${deadLetters}?which=all`)).json).toEqual({ purged: 1 });
    expect(await idsOf("?include=replayed")).toEqual([]);
    expect((await api.call("DELETE", `${deadLetters}?which=none`)).status).toBe(422);
  });
});

describe("dead letters of a deleted configuration", () => {
  it("are counted, listed and purged, for its organisation alone", async () => {
    await write([deadLetter("a"), deadLetter("b")]);
    const bytes = expect.any(Number);
    const { json } = await api.call("GET", "/v1/org/dead-letters");
    expect(json).toEqual({
      bytes,
      max_bytes: 1024 ** 3,
      configurations: [{ id, name: null, is_deleted: false, bytes }],
    });
    await api.call("DELETE", `/v1/org/siem-configs/${id}`);
    const after = await api.call("GET", "/v1/org/dead-letters");
    expect(after.json.configurations).toEqual([{ id, name: null, is_deleted: true, bytes }]);
    expect((await idsOf()).toSorted()).toEqual(["a", "b"]);
    expect((await api.call("GET", deadLetters, { token: "siem_b" })).status).toBe(404);
    expect((await api.call("DELETE", `${deadLetters}?which=all`, { token: "siem_b" })).status).toBe(404);
    expect((await api.call("GET", "/v1/org/dead-letters", { token: "siem_b" })).json.configurations).toEqual([]);
    expect((await api.call("DELETE", `${deadLetters}?which=all`)).json).toEqual({ purged: 2 });
    expect((await readdir(api.folder)).filter((name) => name.startsWith(id))).toEqual([]);
    expect((await api.call("GET", deadLetters)).status).toBe(404);
  });
});

describe("replaying", () => {
  it("is possible for a row from before that holds events for longer than the queue keeps them", async () => {
    await api.close();
    api = await startApi({ api: { mostHoldMs: () => 3_600_000 } });
    const body = { connector_type: "acme", config: { url: "https://acme.example", token: "s3cret-token" } };
    const tooLong = { ...body, delivery: { hold_for: "2h" } };
    const refused = await api.call("POST", "/v1/org/siem-configs", { body: tooLong });
    expect([refused.status, JSON.stringify(refused.json)]).toEqual([422, expect.stringContaining("delivery.hold_for")]);
    id = String((await api.call("POST", "/v1/org/siem-configs", { body })).json.id);
    await api.configs.forOrg(ORG_A).update(id, { delivery: tooLong.delivery });
    await write([deadLetter("a")]);
    const replay = `/v1/org/siem-configs/${id}/dead-letters/replay`;
    expect((await api.call("POST", replay, { body: { dry_run: true } })).json.found).toBe(1);
    const patch = { body: { delivery: { hold_for: "3h" } } };
    expect((await api.call("PATCH", `/v1/org/siem-configs/${id}`, patch)).status).toBe(422);
  });

  it("sends the events that are meant to their own destination, and marks their dead letters", async () => {
    await write([
      deadLetter("a"),
      deadLetter("b", { stage: "limit" }),
      deadLetter("c"),
      deadLetter("old", { time: 0 }),
    ]);
    const started = await api.call("POST", `${deadLetters}/replay`, { body: { stage: "send" } });
    expect(started.status).toBe(202);
    expect(started.headers.location).toBe(`${deadLetters}/replay/${started.json.id}`);
    expect(started.json).toMatchObject({
      found: 3,
      foreign: 0,
      old: 1,
      warning: expect.stringContaining("dates them anew"),
    });
    expect(await ended(started.json.id)).toMatchObject({ state: "complete", offered: 3, settled: 3, dead_lettered: 0 });
    expect(sentIds().toSorted()).toEqual(["event-a", "event-c", "event-old"]);
    expect(await idsOf()).toEqual(["b"]);
    expect((await idsOf("?include=replayed")).toSorted()).toEqual(["a", "b", "c", "old"]);
  });

  it("only counts in a dry run", async () => {
    await write([deadLetter("a"), deadLetter("b"), deadLetter("moved", { orgId: ORG_B })]);
    const { status, json } = await api.call("POST", `${deadLetters}/replay`, {
      body: { dry_run: true, ids: ["a", "moved"] },
    });
    expect([status, json]).toEqual([200, { dry_run: true, found: 2, foreign: 1, old: 0, warning: null }]);
    expect(sentIds()).toEqual([]);
    expect((await idsOf()).toSorted()).toEqual(["a", "b"]);
  });

  it("leaves another organisation's events, and other destinations' dead letters of one file", async () => {
    await write([
      deadLetter("own"),
      deadLetter("moved", { orgId: ORG_B }),
      deadLetter("theirs", { destination: "other" }),
    ]);
    const { json } = await api.call("POST", `${deadLetters}/replay`);
    expect(await ended(json.id)).toMatchObject({ state: "complete", found: 2, foreign: 1, settled: 1 });
    expect(sentIds()).toEqual(["event-own"]);
  });

  it("refuses a second one of the same dead letters, and ends the first when told", async () => {
    let open: () => void = ignore;
    api.siem.gate = new Promise((resolve) => {
      open = resolve;
    });
    await write([deadLetter("a"), deadLetter("b")]);
    const first = await api.call("POST", `${deadLetters}/replay`, { body: { rate: 1 } });
    const second = await api.call("POST", `${deadLetters}/replay`);
    expect([second.status, second.json.code]).toEqual([409, "replay_running"]);
    const cancelled = api.call("DELETE", `${deadLetters}/replay/${first.json.id}`);
    open();
    expect((await cancelled).json).toMatchObject({ state: "cancelled", found: 2 });
    // What was not settled can be replayed again.
    const third = await api.call("POST", `${deadLetters}/replay`);
    expect(await ended(third.json.id)).toMatchObject({ state: "complete" });
    expect(sentIds().toSorted()).toEqual(["event-a", "event-b"]);
  });

  const change = { config: { url: "https://acme.example", token: "[secret]", index: "audit" } };

  it.each([
    ["changed", () => api.call("PATCH", `/v1/org/siem-configs/${id}`, { body: change })],
    ["turned off", () => api.call("PATCH", `/v1/org/siem-configs/${id}`, { body: { is_enabled: false } })],
  ])("has ended, and sends nothing more, when its configuration was %s", async (_what, act) => {
    api.siem.gate = new Promise(() => {});
    await write([deadLetter("a"), deadLetter("b")]);
    const { json } = await api.call("POST", `${deadLetters}/replay`, { body: { rate: 1 } });
    expect((await act()).status).toBe(200);
    const job = (await api.call("GET", `${deadLetters}/replay/${json.id}`)).json;
    expect(job).toMatchObject({ state: "cancelled", settled: 0, reason: expect.stringContaining("was changed") });
    expect((await idsOf()).toSorted()).toEqual(["a", "b"]);
  });

  it("ends when another server, or SQL, has changed its configuration, or given it away", async () => {
    api.siem.gate = new Promise(() => {});
    await write([deadLetter("a")]);
    const { json } = await api.call("POST", `${deadLetters}/replay`);
    const row = api.configs.rows.get(id);
    if (row === undefined) throw new Error("no row");
    api.configs.rows.set(id, { ...row, orgId: ORG_B, version: 2 });
    api.running.applied(id);
    api.configs.rows.set(id, row);
    expect(await ended(json.id)).toMatchObject({ state: "cancelled", settled: 0 });
  });

  it("sends no batch of a version that is no more, though nobody was told", async () => {
    await write([deadLetter("a"), deadLetter("b"), deadLetter("c")]);
    const { json } = await api.call("POST", `${deadLetters}/replay`, { body: { rate: 20 } });
    const row = api.configs.rows.get(id);
    if (row === undefined) throw new Error("no row");
    api.configs.rows.set(id, { ...row, version: 2 });
    const sent = sentIds().length;
    expect(await ended(json.id)).toMatchObject({ state: "cancelled" });
    expect(sentIds().length - sent).toBeLessThanOrEqual(1);
  });

  it("does not begin with settings that were changed while its dead letters were counted", async () => {
    await write(Array.from({ length: 20_000 }, (_, at) => deadLetter(`l${at}`)));
    const started = api.call("POST", `${deadLetters}/replay`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const changed = await api.call("PATCH", `/v1/org/siem-configs/${id}`, { body: change });
    const { status, json } = await started;
    expect([changed.status, status, json.code]).toEqual([200, 409, "configuration_changed"]);
    expect(sentIds()).toEqual([]);
    // What was locked for it is free again.
    expect((await api.call("POST", `${deadLetters}/replay`, { body: { ids: ["l1"] } })).status).toBe(202);
  });

  it("ends in good order with the server", async () => {
    api.siem.gate = new Promise(() => {});
    await write([deadLetter("a")]);
    expect((await api.call("POST", `${deadLetters}/replay`, { body: { rate: 1 } })).status).toBe(202);
    await api.server.close();
    expect((await readdir(api.folder)).filter((name) => name.endsWith(".lock"))).toEqual([]);
  });

  it("knows no job of another configuration", async () => {
    await write([deadLetter("a")]);
    const { json } = await api.call("POST", `${deadLetters}/replay`);
    await ended(json.id);
    const body = { connector_type: "acme", config: { url: "https://acme.example", token: "s3cret-token" } };
    const other = String((await api.call("POST", "/v1/org/siem-configs", { body })).json.id);
    const reply = await api.call("GET", `/v1/org/siem-configs/${other}/dead-letters/replay/${json.id}`);
    expect([reply.status, reply.json.detail]).toEqual([404, expect.stringContaining("no such replay")]);
  });

  it.each([{ rate: 0 }, { ids: [] }, { stage: "lost" }, { since: "yesterday-ish" }, { dryrun: true }])(
    "refuses %j",
    async (body) => {
      expect((await api.call("POST", `${deadLetters}/replay`, { body })).status).toBe(422);
    },
  );
});

describe("dead letters by reason", () => {
  it("are counted, the most first, with a part that selects them", async () => {
    await write([
      deadLetter("a", { reason: "HTTP 400: field 17 is bad" }),
      deadLetter("b", { reason: "HTTP 400: field 18 is bad", at: "2026-11-26T00:00:00.000Z" }),
      deadLetter("c", { reason: "HTTP 400: field 18 is bad", stage: "rejected" }),
      deadLetter("d", { reason: "of another", orgId: ORG_B }),
    ]);
    const { json } = await api.call("GET", `${deadLetters}/groups`);
    expect(json).toMatchObject({
      total: 3,
      others: 0,
      groups: [
        { stage: "send", reason: "HTTP 400: field # is bad", count: 2, sample_id: "b" },
        { stage: "rejected", count: 1, sample_id: "c" },
      ],
    });
    const part = encodeURIComponent(json.groups[0].reason_part);
    expect(await idsOf(`?stage=send&reason=${part}`)).toEqual(["b", "a"]);
    expect((await api.call("GET", `${deadLetters}/groups?stage=limit`)).json).toMatchObject({ total: 0, groups: [] });
  });

  it("may be hostile texts, which stay data", async () => {
    const reason = '<script>alert(1)</script> "__proto__" \u202e javascript:alert(2)';
    await write([deadLetter("a", { reason }), deadLetter("b", { reason: "__proto__" })]);
    const { json, headers } = await api.call("GET", `${deadLetters}/groups`);
    expect(headers["content-type"]).toMatch(/^application\/json/);
    expect(json.groups.map((one: { count: number }) => one.count)).toEqual([1, 1]);
  });

  it("is read one by one, with its event", async () => {
    await write([deadLetter("a"), deadLetter("b", { orgId: ORG_B })]);
    expect((await api.call("GET", `${deadLetters}/a`)).json).toMatchObject({ id: "a", event: { class_uid: 6003 } });
    for (const other of ["b", "c", "..%2f..%2fx"]) {
      expect((await api.call("GET", `${deadLetters}/${other}`)).status).toBe(404);
    }
  });
});

/** Headers of a browser that is signed in. */
async function session() {
  const { json, headers } = await api.call("POST", "/v1/sign-in", { token: "", body: { token: "siem_a" } });
  return { cookie: String(headers["set-cookie"]).split(";")[0] ?? "", "x-csrf-token": String(json.csrf_token) };
}

describe("a purge by a person", () => {
  it("is counted first, and wants the name typed", async () => {
    await write([deadLetter("a"), deadLetter("b")]);
    const headers = await session();
    const purge = (query: string) => api.call("DELETE", `${deadLetters}?which=all${query}`, { token: "", headers });
    expect((await purge("&dry_run=true")).json).toEqual({ purged: 0, found: 2 });
    for (const wrong of ["", "&confirm=x", "&confirm="]) {
      expect((await purge(wrong)).json.problems[0].path).toBe("confirm");
    }
    expect(await idsOf()).toHaveLength(2);
    expect((await purge(`&confirm=${id}`)).json).toEqual({ purged: 2 });
    expect(await idsOf()).toEqual([]);
  });

  it("wants nothing typed of a program, unless it says something wrong", async () => {
    await write([deadLetter("a")]);
    expect((await api.call("DELETE", `${deadLetters}?which=all&confirm=x`)).status).toBe(422);
    expect((await api.call("DELETE", `${deadLetters}?which=all`)).json).toEqual({ purged: 1 });
  });
});
