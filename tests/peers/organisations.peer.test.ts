import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HecSimulator } from "@arbitex/simulators";
import { createEventGenerator, startHecSimulator } from "@arbitex/simulators";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Running } from "../server/command.ts";
import { start } from "../server/command.ts";
import { useFreshDatabase } from "./postgres/fresh-database.ts";
import type { PlatformRow } from "./postgres/platform-table.ts";
import { platformRow } from "./postgres/platform-table.ts";
import { pythonKeys } from "./python-fernet.ts";
import { until } from "./until.ts";

const ORG = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001";
const db = useFreshDatabase(pythonKeys(1));
const generator = createEventGenerator({ seed: 7, orgIds: [ORG] });

let folder: string;
let splunk: HecSimulator;
let server: Running;
let origin: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "organisations-"));
  splunk = await startHecSimulator();
});
afterEach(async () => {
  server.process.kill("SIGKILL");
  await server.finished;
  await splunk.close();
  await rm(folder, { recursive: true });
});

/** The server on a table that the platform made, with what the platform wrote. */
async function serve(): Promise<void> {
  server = start(["run", "--port", "0"], {
    ...db.environment(),
    SIEM_QUEUE: "disk",
    SIEM_QUEUE_PATH: join(folder, "queue"),
    SIEM_DEAD_LETTER_PATH: join(folder, "dead-letters"),
    SIEM_CONFIG: join(import.meta.dirname, "postgres", "reach-loopback.yaml"),
  });
  origin = (await server.says(/Listening on (http:\S+)/))[1] ?? "";
}

async function begin(rows: readonly PlatformRow[]): Promise<void> {
  db.platformTable(rows);
  expect(await db.command(["db", "migrate"])).toMatchObject({ exitCode: 0 });
  await serve();
}

async function publish(count: number): Promise<void> {
  const body = Array.from({ length: count }, () => JSON.stringify(generator.next())).join("\n");
  const headers = { "content-type": "application/x-ndjson" };
  const reply = await fetch(`${origin}/v1/events`, { method: "POST", headers, body });
  expect(await reply.json()).toMatchObject({ accepted: count });
}

const openSchema = z.object({ destinations: z.array(z.object({ id: z.string() })) });

async function openIds(): Promise<readonly string[]> {
  const { destinations } = openSchema.parse(await (await fetch(`${origin}/v1/destinations`)).json());
  return destinations.map(({ id }) => id);
}

const soon = { limitMs: 1000 };

describe("rows of siem_configs", () => {
  it("that the platform has written receive their organisation's events, and show how that went", async () => {
    const row = platformRow(ORG, "splunk_hec", splunk.config);
    await begin([row]);
    await publish(150);
    await until(() => splunk.stored.length === 150, { what: "the events", limitMs: 10_000 });
    const status = () => db.sql("select delivery_status || ' ' || (counts->>'delivered') from siem_configs");
    await until(() => status() === "healthy 150", { what: "the status in the row", limitMs: 10_000 });
    expect(db.sql("select version from siem_configs")).toBe("1");
  });

  it("are opened, changed, disabled and removed within a second of the platform's word", async () => {
    await begin([]);
    const row = platformRow(ORG, "splunk_hec", splunk.config);
    const where = `where id = '${row.id}'`;
    db.platformRows([row]);
    await until(async () => (await openIds()).includes(row.id), { what: "the new destination", ...soon });
    await publish(10);
    db.sql(`update siem_configs set is_enabled = false ${where}`);
    await until(async () => (await openIds()).length === 0, { what: "the end of the disabled one", ...soon });
    await publish(5);
    db.sql(`update siem_configs set is_enabled = true ${where}`);
    await until(async () => (await openIds()).includes(row.id), { what: "the enabled destination", ...soon });
    await publish(10);
    await until(() => splunk.stored.length === 20, { what: "events of both times", limitMs: 15_000 });
    db.sql(`delete from siem_configs ${where}`);
    await until(async () => (await openIds()).length === 0, { what: "the end of the removed one", ...soon });
  });

  it("keep their queue over kill -9, and what a changed credential holds up goes on at once", async () => {
    const row = platformRow(ORG, "splunk_hec", { ...splunk.config, token: "00000000-0000-4000-8000-000000000000" });
    await begin([row]);
    await publish(40);
    const health = () => db.sql("select delivery_status || ' ' || coalesce(fix, '') from siem_configs");
    await until(() => health().startsWith("failed "), { what: "the refused credential in the row", limitMs: 20_000 });
    expect(health()).toMatch(/^failed \S+/);
    server.process.kill("SIGKILL");
    await server.finished;
    await serve();
    expect(await openIds()).toEqual([row.id]);
    const right = platformRow(ORG, "splunk_hec", splunk.config);
    db.platformRows([right]);
    db.sql(
      `update siem_configs set config = (select config from siem_configs where id = '${right.id}') where id = '${row.id}';
       delete from siem_configs where id = '${right.id}'`,
    );
    await until(() => splunk.stored.length === 40, { what: "what was held", limitMs: 10_000 });
  });

  it("are delivered to while the database is away, and followed again when it is back", async () => {
    const row = platformRow(ORG, "splunk_hec", splunk.config);
    await begin([row]);
    await db.peer().stop();
    await publish(30);
    await until(() => splunk.stored.length === 30, { what: "the events", limitMs: 10_000 });
    await db.peer().start();
    db.sql("update siem_configs set is_enabled = false");
    await until(async () => (await openIds()).length === 0, { what: "the change", limitMs: 40_000 });
    const delivered = () => db.sql("select counts->>'delivered' from siem_configs") === "30";
    await until(delivered, { what: "the account in the row", limitMs: 40_000 });
  });

  it("that cannot be decrypted hold their events, and say why", async () => {
    const row = platformRow(ORG, "splunk_hec", splunk.config);
    await begin([row]);
    db.sql(`update siem_configs set config = 'gAAAAAB' || config`);
    await until(() => /cannot be used/.test(server.stderr()), { what: "a word about it", limitMs: 5000 });
    await publish(3);
    const failed = () =>
      db.sql("select delivery_status || ' ' || (counts->>'queued') from siem_configs") === "failed 3";
    await until(failed, { what: "the state in the row", limitMs: 10_000 });
    expect(splunk.stored).toHaveLength(0);
  });
});
