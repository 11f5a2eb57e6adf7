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
}, START_MS);

afterAll(() => world.close(), START_MS);

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

describe("three servers on a real Kafka cluster and a real PostgreSQL", () => {
  it("have one account, which is exact on each that is left after one was killed in the middle of delivery", {
    timeout: START_MS,
  }, async () => {
    const ownedBy = async (node: number) => (await shown(node)).nodes.flatMap(({ partitions }) => partitions);
    const allOwned = async () => (await ownedBy(1)).toSorted((one, other) => one - other).join() === "0,1,2,3,4,5";
    await until(allOwned, { what: "every partition has one of the servers", ...WAIT });
    expect((await shown(1)).nodes.length).toBe(3);
    for (let round = 0; round < 6; round++) await publish(round % 3, 100);
    const killed = world.nodes[1]?.kill("SIGKILL");
    for (let round = 0; round < 6; round++) await publish(round % 2 === 0 ? 0 : 2, 100);
    await killed;
    await until(() => world.plain.seen.size === published, { what: "every event is delivered", ...WAIT });
    const exact = { accepted: published, delivered: published, dead_lettered: 0, filtered: 0, queued: 0 };
    for (const node of [0, 2]) {
      const isAtRest = async () => {
        const lifetime = (await shown(node)).plain?.lifetime;
        return lifetime?.["queued"] === 0 && lifetime["delivered"] === published;
      };
      await until(isAtRest, { what: "the account is at rest", ...WAIT });
      expect((await shown(node)).plain?.lifetime).toMatchObject(exact);
    }
    await until(async () => (await shown(0)).nodes.length === 2, { what: "the dead server is gone", ...WAIT });
    const { plain } = await shown(2);
    expect(plain).toMatchObject({ health: "healthy", queue: { events: 0 } });
    expect(plain?.nodes.length).toBe(2);
  });
});
