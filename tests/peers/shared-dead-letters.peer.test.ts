import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger } from "@arbitex/core";
import type { DeadLetter } from "@arbitex/core/host";
import { createEventRecord, systemClock } from "@arbitex/core/host";
import type { HecSimulator } from "@arbitex/simulators";
import { startHecSimulator } from "@arbitex/simulators";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTableStore } from "../../packages/server/src/dead-letters/table/table-store.ts";
import type { Running } from "../server/command.ts";
import { run, start } from "../server/command.ts";
import { openPeer } from "./postgres/opened.ts";
import { useFreshDatabase } from "./postgres/fresh-database.ts";
import { pythonKeys } from "./python-fernet.ts";
import { until } from "./until.ts";

const DEAD_LETTERS = 60;
/** A dead process' lease ends after 15 s. */
const LEASE = { limitMs: 120_000 };
const db = useFreshDatabase(pythonKeys(1));

let folder: string;
let splunk: HecSimulator;
let replaying: Running | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "shared-dead-letters-"));
  splunk = await startHecSimulator();
  // Neither listing nor replaying needs a broker.
  const config = {
    environment: false,
    queue: { store: "kafka", brokers: ["127.0.0.1:9"], topic: "siem-events" },
    destinations: [{ id: "soc", type: "splunk_hec", config: splunk.config, delivery: { batch_size: 5 } }],
  };
  await writeFile(join(folder, "siem.json"), JSON.stringify(config));
  await db.command(["db", "migrate"]);
  db.sql(`
    insert into siem_dead_letters (id, destination_id, type, org_id, event_id, stage, reason, attempts, ambiguous,
      dead_lettered_at, bytes, event)
    select 'd' || n, 'soc', 'splunk_hec', null, 'e' || n, 'send', '503', 4, false, now() - n * interval '1 second', 500,
      '{"class_uid":3002,"severity_id":1,"time":1796000000000,"metadata":{"uid":"e' || n || '","version":"1.1.0"}}'
    from generate_series(1, ${DEAD_LETTERS}) n`);
});
afterEach(async () => {
  replaying?.process.kill("SIGKILL");
  await replaying?.finished;
  replaying = undefined;
  await splunk.close();
  await rm(folder, { recursive: true });
});

function environment() {
  return { ...db.environment(), SIEM_QUEUE: "kafka", SIEM_CONFIG: join(folder, "siem.json") };
}

function command(words: readonly string[]) {
  return db.command(["dead-letters", ...words], environment());
}

function storedIds(): readonly string[] {
  return splunk.stored.map((event) => /"uid":"(e\d+)"/.exec(JSON.stringify(event))?.[1] ?? "");
}

describe("dead letters that servers on Kafka share in a real PostgreSQL", () => {
  it("are the same for each process, and a replay that is killed is taken over by another", async () => {
    const lists = await Promise.all([command(["list"]), command(["list"])]);
    expect(lists.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(lists[0]?.answer).toEqual(lists[1]?.answer);

    const words = ["dead-letters", "replay", "--destination", "soc", "--rate", "10", "--json"];
    replaying = start(words, environment());
    await until(() => storedIds().length >= 10, { what: "the first events", ...LEASE });
    const meanwhile = await command(["replay", "--destination", "soc"]);
    expect(meanwhile.answer).toMatchObject({ error: { code: "SIEM_REPLAY_LOCKED" } });
    replaying.process.kill("SIGKILL");
    await replaying.finished;
    const sentBefore = storedIds().length;
    expect(sentBefore).toBeLessThan(DEAD_LETTERS);

    let taken = await command(["replay", "--destination", "soc"]);
    const waitsUntil = Date.now() + LEASE.limitMs;
    while (taken.answer.error?.code === "SIEM_REPLAY_LOCKED" && Date.now() < waitsUntil) {
      taken = await command(["replay", "--destination", "soc"]);
    }
    expect(taken).toMatchObject({ exitCode: 0 });
    const ids = storedIds();
    expect(new Set(ids).size).toBe(DEAD_LETTERS);
    // A chunk under way at the kill is sent again.
    expect(ids.length - DEAD_LETTERS).toBeLessThanOrEqual(sentBefore);
    const left = db.sql("select coalesce(sum(waiting), 0) from siem_dead_letter_counts").trim();
    expect(left).toBe("0");
  }, 300_000);

  it("are where a command that delivers a file puts its own, and says so", async () => {
    const path = join(folder, "events.ndjson");
    await writeFile(path, '{"class_uid":6003,"time":1,"metadata":{"uid":"of-a-file"}}\n');
    const down = { url: "http://127.0.0.1:9", token: "t" };
    const config = {
      environment: false,
      queue: { store: "kafka", brokers: ["127.0.0.1:9"], topic: "siem-events" },
      destinations: [{ id: "down", type: "splunk_hec", config: down, delivery: { max_retries: 0 } }],
    };
    await writeFile(join(folder, "siem.json"), JSON.stringify(config));
    const delivered = await run(["run", "--input", path], environment());
    expect(delivered.stdout).toMatch(/They are in siem_dead_letters in 127\.0\.0\.1:\d+\/\w+/);
    const row = "select destination_id, stage, event_id from siem_dead_letters where destination_id <> 'soc'";
    expect(db.sql(row).trim()).toBe("down|send|of-a-file");
  }, 300_000);

  it("are written by two processes at once, whatever the order of their destinations", async () => {
    const databases = await Promise.all([1, 2].map(() => openPeer(environment().DATABASE_URL)));
    const stores = databases.map((database) =>
      createTableStore({ database, clock: systemClock, logger: silentLogger, retentionMs: undefined }),
    );
    // A statement has a thousand rows: each of the two begins with what the other ends with.
    const orders = [["a", "b"] as const, ["b", "a"] as const];
    for (let round = 0; round < ROUNDS; round++) {
      await Promise.all(
        stores.map(({ deadLetters }, at) => deadLetters.append((orders[at] ?? []).flatMap((id) => thousandOf(id)))),
      );
    }
    const waiting = db.sql(
      "select destination_id, sum(waiting) from siem_dead_letter_counts where destination_id <> 'soc' group by 1 order by 1",
    );
    expect(waiting.trim().split("\n")).toEqual([`a|${2000 * ROUNDS}`, `b|${2000 * ROUNDS}`]);
    await Promise.all(databases.map((database) => database.close()));
  }, 300_000);
});

const ROUNDS = 10;

function thousandOf(destinationId: string): readonly DeadLetter[] {
  const common = { attempts: 1, ambiguous: false, firstAttemptAt: undefined, stage: "send", reason: "503" } as const;
  return Array.from({ length: 1000 }, () => {
    return { record: createEventRecord({ class_uid: 6003, time: 1 }), destinationId, type: "splunk_hec", ...common };
  });
}
