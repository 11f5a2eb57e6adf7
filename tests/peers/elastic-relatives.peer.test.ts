import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodedText } from "@arbitex/core";
import { createEventGenerator } from "@arbitex/simulators";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../server/command.ts";
import type { CuttingProxy } from "./cutting-proxy.ts";
import { startCuttingProxy } from "./cutting-proxy.ts";
import { countOf, driveSink, generated, recordOf } from "./elastic-driver.ts";
import type { SearchPeer } from "./search-peer.ts";
import { startSearchPeer } from "./search-peer.ts";
import type { VictoriaLogs } from "./victoria-logs.ts";
import { hasGo, startVictoriaLogs } from "./victoria-logs.ts";

const EVENTS = 20_000;
const isBuildable = await hasGo();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "elastic-relatives-"));
});
afterAll(async () => {
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

it.skipIf(isBuildable)("NOTHING IS TESTED on VictoriaLogs, which wants Go to build it", () => undefined);

describe.skipIf(!isBuildable)("elastic with dialect victorialogs on VictoriaLogs", () => {
  let logs: VictoriaLogs;
  let proxy: CuttingProxy;
  let environment: Record<string, string>;

  beforeAll(async () => {
    logs = await startVictoriaLogs();
    proxy = await startCuttingProxy({ targetPort: Number(new URL(logs.url).port), rate: 0.3, seed: 7 });
    environment = {
      ELASTIC_DIALECT: "victorialogs",
      ELASTIC_URL: logs.url,
      ELASTIC_AUTH: "none",
      SIEM_DEAD_LETTER_PATH: join(folder, "dead-letters"),
    };
  });

  afterAll(async () => {
    await proxy?.close();
    await logs?.stop();
  });

  it("passes its check, without storing anything", async () => {
    const { exitCode, stdout } = await run(["check", "--json"], environment);
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('"bulk"') });
    expect(await logs.query("*")).toEqual([]);
  });

  it("stores every event of a run once, under its own time and its index", async () => {
    const generator = createEventGenerator({ seed: 23 });
    const events = Array.from({ length: EVENTS }, () => generator.next());
    const { exitCode, account } = await runWith(events, environment);
    expect({ exitCode, account }).toMatchObject({
      exitCode: 0,
      account: { accepted: EVENTS, destinations: [{ delivered: EVENTS, dead_lettered: 0, queued: 0 }] },
    });
    const rows = await logs.query('{index="arbitex-ocsf"} | fields _time, metadata.uid, time');
    const uids = rows.map((row) => row["metadata.uid"]);
    expect(new Set(uids)).toEqual(new Set(events.map(({ metadata }) => Object(metadata).uid)));
    expect(uids).toHaveLength(EVENTS);
    for (const row of rows) expect(Date.parse(row["_time"] ?? "")).toBe(Number(row["time"]));
  });

  it("gives up a bad event alone, and stores none of those around it twice", async () => {
    const driven = await driveSink({
      dialect: "victorialogs",
      url: logs.url,
      auth: "none",
      api_key: undefined,
      index: "bad-event",
    });
    const encoded = generated(9).map((event) => encodedText(driven.sink.encode(recordOf(event))));
    const bad = encoded.with(4, encoded[4]?.replace(/"@timestamp":"[^"]*"/, '"@timestamp":"bad"') ?? "");
    const verdict = await driven.sendBody(`${bad.join("\n")}\n`, 9);
    expect(verdict).toMatchObject({
      kind: "partial",
      failures: [
        { index: 4, outcome: "rejected", reason: expect.stringContaining("cannot parse timestamp") },
        {},
        {},
        {},
        {},
      ],
    });
    expect(await logs.query('{index="bad-event"}')).toHaveLength(4);
    await driven.close();
  });

  it("dead-letters what VictoriaLogs would drop without a word", async () => {
    const [dropped, skipped] = [
      await logs.counter("vl_rows_dropped_total"),
      await logs.counter("vl_too_long_lines_skipped_total"),
    ];
    const generator = createEventGenerator({ seed: 24 });
    const unmapped = Object.fromEntries(Array.from({ length: 1200 }, (_, field) => [`field_${field}`, field]));
    const wide = { ...generator.next(), unmapped };
    const long = { ...generator.next(), unmapped: { prompt: "x".repeat(300_000) } };
    const future = { ...generator.next(), time: Date.now() + 72 * 3_600_000 };
    const { exitCode, account } = await runWith([wide, long, future, generator.next()], environment);
    expect({ exitCode, account }).toMatchObject({
      exitCode: 1,
      account: { destinations: [{ delivered: 1, dead_lettered: 3 }] },
    });
    expect(await logs.counter("vl_rows_dropped_total")).toBe(dropped);
    expect(await logs.counter("vl_too_long_lines_skipped_total")).toBe(skipped);
    expect(await readdir(join(folder, "dead-letters"))).not.toEqual([]);
  });

  it("loses no event through a proxy that cuts connections, though it stores some twice", async () => {
    const generator = createEventGenerator({ seed: 25 });
    const events = Array.from({ length: 5000 }, () => generator.next());
    const throughProxy = { ...environment, ELASTIC_URL: proxy.url, ELASTIC_INDEX: "cut", ELASTIC_MAX_RETRIES: "20" };
    const { account } = await runWith(events, throughProxy);
    expect(account).toMatchObject({ destinations: [{ delivered: 5000, dead_lettered: 0 }] });
    const rows = await logs.query('{index="cut"} | fields metadata.uid');
    expect(new Set(rows.map((row) => row["metadata.uid"])).size).toBe(5000);
    // Otherwise nothing was proved.
    expect(Object.values(proxy.cuts).reduce((sum, cuts) => sum + cuts, 0)).toBeGreaterThan(3);
  });
});

describe("elastic with dialect opensearch on OpenSearch 2.19", () => {
  let node: SearchPeer;

  beforeAll(async () => {
    node = await startSearchPeer({ peer: "os2" });
  });
  afterAll(() => node?.stop());

  it("stores every event of a run once, and checks what OpenSearch can be asked", async () => {
    const environment = {
      ELASTIC_DIALECT: "opensearch",
      ELASTIC_URL: node.url,
      ELASTIC_AUTH: "none",
      ELASTIC_TARGET: "index",
      SIEM_DEAD_LETTER_PATH: join(folder, "dead-letters-opensearch"),
    };
    const generator = createEventGenerator({ seed: 26 });
    const events = Array.from({ length: EVENTS }, () => generator.next());
    const { exitCode, account } = await runWith(events, environment);
    expect({ exitCode, account }).toMatchObject({ exitCode: 0, account: { destinations: [{ delivered: EVENTS }] } });
    expect(await countOf(node.url, "arbitex-ocsf")).toBe(EVENTS);
    const { stdout } = await run(["check", "--json"], environment);
    expect(stdout).toContain("OpenSearch 2.19");
    expect(stdout).not.toContain("privileges");
  });
});

async function runWith(events: readonly object[], environment: Record<string, string>) {
  const path = join(folder, "events.ndjson");
  await writeFile(path, events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  const { exitCode, stdout } = await run(["run", "--input", path, "--json"], environment);
  return { exitCode, account: JSON.parse(stdout) };
}
