import { afterAll, beforeAll, expect, it } from "vitest";
import { freePorts } from "../../faults/src/kafka/free-ports.ts";
import type { KafkaServers } from "./kafka-servers.ts";
import { FERNET_KEY, openKafkaServers, START_MS, TOPIC, WAIT } from "./kafka-servers.ts";
import { openStore } from "./postgres/opened.ts";
import { until } from "./until.ts";

const ORG = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de00a";
const EVENTS = 300;
/** How much longer the topic keeps the events. More than a quarter of it is left to write their dead letters. */
const RETENTION_MS = 90_000;

let world: KafkaServers;

beforeAll(async () => {
  world = await openKafkaServers({
    cluster: { size: 1, settings: { "log.retention.check.interval.ms": "1000", "log.initial.task.delay.ms": "1000" } },
    partitions: 3,
    config: ({ url }) => ({
      egress: { allow: ["127.0.0.0/8"], ports: ["1-65535"], plain_http: true },
      destinations: [
        { id: "live", type: "splunk_hec", config: { url, token: "t" } },
        { id: "paused", type: "splunk_hec", config: { url, token: "t" }, delivery: { paused: true } },
      ],
    }),
  });
}, START_MS);

afterAll(() => world.close(), START_MS);

function deadLetters(): readonly string[] {
  const rows = world.sql("select destination_id, stage, count(*) from siem_dead_letters group by 1, 2 order by 1, 2");
  return rows === "" ? [] : rows.split("\n").toSorted();
}

it("makes dead letters of what waits for paused, down, disabled and removed destinations before the topic deletes it", {
  timeout: 2 * START_MS,
}, async () => {
  const [closedPort = 0] = await freePorts(1);
  const rows = (await openStore(world.databaseUrl, FERNET_KEY)).forOrg(ORG);
  const common = { connectorType: "splunk_hec", isEnabled: true, delivery: {}, filter: {}, secretChanges: {} };
  const settings = { url: `http://127.0.0.1:${closedPort}`, token: "t" };
  const [down, disabled, kept, removed] = await Promise.all(
    ["down", "disabled", "kept", "removed"].map(async (name) => (await rows.create({ ...common, name, settings })).id),
  );
  if (down === undefined || disabled === undefined || kept === undefined || removed === undefined) return;

  await world.start();
  const postedAt = Date.now();
  const uids = Array.from({ length: EVENTS }, (_, at) => `o1-${at}`);
  await world.post(ORG, uids);
  const [server] = world.servers;
  await until(() => uids.every((uid) => world.siem.seen.has(uid)), { what: "the live destination has all", ...WAIT });

  // Two are not open when the server starts again: one is disabled, of the other there is nothing but a cursor.
  await server?.kill("SIGTERM");
  await rows.update(disabled, { isEnabled: false });
  world.sql(`delete from siem_configs where id = '${removed}'`);
  await world.start();
  await rows.update(kept, { isEnabled: false });
  // However long the servers took to start again.
  const keptMs = Date.now() - postedAt + RETENTION_MS;
  world.kafka.configureTopic(TOPIC, { "retention.ms": String(keptMs), "segment.ms": "1000" });

  const stages = [`${down}|expired`, `${disabled}|expired`, `${kept}|expired`, `${removed}|removed`, "paused|expired"];
  await until(() => deadLetters().length >= stages.length, { what: "dead letters of all", ...WAIT });
  await until(() => world.kafka.earliest(TOPIC).some((offset) => offset > 0), {
    what: "the topic deletes messages",
    limitMs: START_MS,
  });
  expect(deadLetters()).toEqual(stages.map((stage) => `${stage}|${EVENTS}`).toSorted());
  expect(world.sql("select count(distinct event_id) from siem_dead_letters")).toBe(String(EVENTS));
  const reasons = world
    .sql("select distinct split_part(reason, ': ', 2) from siem_dead_letters")
    .split("\n")
    .toSorted();
  expect(reasons).toEqual(expect.arrayContaining(["paused by hand", "the destination is disabled"]));
  await until(() => world.sql("select coalesce(sum(queued), 0) from siem_queue_cursors") === "0", {
    what: "nothing is queued",
    ...WAIT,
  });
});
