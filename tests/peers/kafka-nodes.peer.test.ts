import { createHash, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KafkaWorld } from "../../faults/src/kafka/kafka-world.ts";
import { openKafkaWorld } from "../../faults/src/kafka/kafka-world.ts";
import { until } from "./until.ts";

const START_MS = 300_000;
const WAIT = { limitMs: 120_000 };
const TOKEN = "siem_operator";

let world: KafkaWorld;
let published = 0;

beforeAll(async () => {
  world = await openKafkaWorld({ brokers: 1, nodes: 3, partitions: 6 });
  const hash = createHash("sha256").update(TOKEN).digest("hex");
  world.sql(`insert into siem_tokens (id, name, scope, hash, created_at)
    values ('${randomUUID()}', 'operator', 'admin', '${hash}', now())`);
  await until(isTokenKnown, { what: "each server knows the token", ...WAIT });
}, START_MS);

afterAll(() => world.close(), START_MS);

async function isTokenKnown(): Promise<boolean> {
  const answers = await Promise.all([0, 1, 2].map((node) => ask(node, "/api/admin/siem/server")));
  return answers.every(({ ok }) => ok);
}

function ask(node: number, path: string, init: RequestInit = {}) {
  const headers = { authorization: `Bearer ${TOKEN}`, ...(init.body ? { "content-type": "application/json" } : {}) };
  return fetch(`${world.nodes[node]?.origin}${path}`, { ...init, headers });
}

/** Posts events of ten organisations. */
async function publish(node: number, count: number): Promise<void> {
  const events = Array.from({ length: count }, () => {
    const org = published % 10;
    return { class_uid: 6003, time: 1, metadata: { uid: `o${org}-${published++}`, tenant_uid: `org-${org}` } };
  });
  const answer = await ask(node, "/v1/events", { method: "POST", body: JSON.stringify(events) });
  expect(answer.status).toBe(202);
}

interface Shown {
  readonly nodes: readonly { readonly partitions: readonly number[] }[];
  readonly destinations: readonly {
    readonly id: string;
    readonly lifetime: Readonly<Record<string, number>>;
    readonly nodes: readonly unknown[];
  }[];
}

async function shown(node: number) {
  const answer = await ask(node, "/v1/destinations");
  expect(answer.status).toBe(200);
  const { destinations, nodes } = (await answer.json()) as Shown;
  return { nodes, plain: destinations.find(({ id }) => id === "plain") };
}

const REPLAYS = "/api/admin/siem/destinations/plain/dead-letters/replay";
const DEAD_LETTERS = 150;
/** Who started a replay is an event as well. */
const AUDITED = 1;

/** As the servers write them, of events that the SIEM has not had. */
function addDeadLetters(): void {
  world.sql(`
    insert into siem_dead_letters (id, destination_id, type, org_id, event_id, stage, reason, attempts, ambiguous,
      dead_lettered_at, bytes, event)
    select 'd' || n, 'plain', 'splunk_hec', null, 'o99-' || n, 'send', '503', 4, false, now() - interval '1 minute', 500,
      '{"class_uid":6003,"severity_id":1,"time":1,"metadata":{"uid":"o99-' || n || '","version":"1.1.0"}}'
    from generate_series(1, ${DEAD_LETTERS}) n`);
}

interface Replay {
  readonly id: string;
  readonly state: string;
  readonly found: number;
  readonly settled: number;
}

async function startReplay(node: number, rate: number): Promise<Replay> {
  const answer = await ask(node, REPLAYS, { method: "POST", body: JSON.stringify({ rate }) });
  expect(answer.status).toBe(202);
  return (await answer.json()) as Replay;
}

async function replayOn(node: number, { id }: Replay, method = "GET"): Promise<Replay> {
  const answer = await ask(node, `${REPLAYS}/${id}`, { method });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Replay;
}

function timesOf(events: number): readonly number[] {
  return Array.from({ length: events }, (_, index) => world.plain.seen.get(`o99-${index + 1}`) ?? 0);
}

/** Resolves to the statuses of so many reads of an organisation, at all servers at once. */
async function readsOf(org: string, count: number): Promise<readonly number[]> {
  const path = `/v1/org/dead-letters?org_id=${org}`;
  const answers = await Promise.all(Array.from({ length: count }, (_, at) => ask(at % 3, path)));
  return answers.map(({ status }) => status);
}

describe("three servers on a real Kafka cluster and a real PostgreSQL", () => {
  it("let an organisation read as often in a minute as one server would", {
    timeout: START_MS,
  }, async () => {
    const statuses = await readsOf(randomUUID(), 90);
    expect(statuses.filter((status) => status === 429)).toHaveLength(30);
  });

  it("have one account and one list of replays, and lose and double nothing when one is killed in the middle of both", {
    timeout: START_MS,
  }, async () => {
    const ownedBy = async (node: number) => (await shown(node)).nodes.flatMap(({ partitions }) => partitions);
    const allOwned = async () => (await ownedBy(1)).toSorted((one, other) => one - other).join() === "0,1,2,3,4,5";
    await until(allOwned, { what: "every partition has one of the servers", ...WAIT });
    expect((await shown(1)).nodes.length).toBe(3);
    for (let round = 0; round < 6; round++) await publish(round % 3, 100);
    addDeadLetters();
    const replay = await startReplay(1, 10);
    await until(async () => (await replayOn(0, replay)).settled > 20, { what: "the replay goes on", ...WAIT });
    expect(await replayOn(2, replay)).toMatchObject({ state: "running", found: DEAD_LETTERS });
    const killed = world.nodes[1]?.kill("SIGKILL");
    for (let round = 0; round < 6; round++) await publish(round % 2 === 0 ? 0 : 2, 100);
    await killed;
    const delivered = () => [...world.plain.seen.keys()].filter((id) => /^o\d-/.test(id));
    await until(() => delivered().length === published, { what: "every event is delivered", ...WAIT });
    const all = published + AUDITED;
    const exact = { accepted: all, delivered: all, dead_lettered: 0, filtered: 0, queued: 0 };
    for (const node of [0, 2]) {
      const isAtRest = async () => {
        const lifetime = (await shown(node)).plain?.lifetime;
        return lifetime?.["queued"] === 0 && lifetime["delivered"] === all;
      };
      await until(isAtRest, { what: "the account is at rest", ...WAIT });
      expect((await shown(node)).plain?.lifetime).toMatchObject(exact);
    }
    await until(async () => (await shown(0)).nodes.length === 2, { what: "the dead server is gone", ...WAIT });
    const { plain } = await shown(2);
    expect(plain).toMatchObject({ health: "healthy", queue: { events: 0 } });
    expect(plain?.nodes.length).toBe(2);

    // A batch that was under way is sent again; the replay counts each once.
    await until(async () => (await replayOn(2, replay)).state === "complete", {
      what: "the replay is complete",
      ...WAIT,
    });
    expect(await replayOn(0, replay)).toMatchObject({ state: "complete", found: DEAD_LETTERS, settled: DEAD_LETTERS });
    const times = timesOf(DEAD_LETTERS);
    expect(Math.min(...times)).toBe(1);
    expect(times.filter((count) => count > 1).length).toBeLessThanOrEqual(10);
    expect(world.sql("select sum(waiting) from siem_dead_letter_counts")).toBe("0");
  });

  it("end a replay of another server", {
    timeout: START_MS,
  }, async () => {
    world.sql("update siem_dead_letters set outcome = null, replayed_at = null");
    const replay = await startReplay(0, 2);
    expect(await replayOn(2, replay, "DELETE")).toMatchObject({ state: "cancelled" });
    expect(await replayOn(0, replay)).toMatchObject({ state: "cancelled" });
  });
});
