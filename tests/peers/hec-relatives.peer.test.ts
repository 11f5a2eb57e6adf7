import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEventGenerator } from "@arbitex/simulators";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../server/command.ts";
import type { VictoriaLogs } from "./victoria-logs.ts";
import { hasGo, startVictoriaLogs } from "./victoria-logs.ts";

const EVENTS = 20_000;
const QUERIES = join(import.meta.dirname, "../../packages/connector-splunk/setup/victorialogs/queries.logsql");
const isBuildable = await hasGo();

it.skipIf(isBuildable)("NOTHING IS TESTED on VictoriaLogs, which wants Go to build it", () => undefined);

describe.skipIf(!isBuildable)("splunk_hec with preset victorialogs on VictoriaLogs", () => {
  let logs: VictoriaLogs;
  let folder: string;
  let environment: Record<string, string>;

  beforeAll(async () => {
    logs = await startVictoriaLogs();
    folder = await mkdtemp(join(tmpdir(), "hec-relatives-"));
    environment = {
      SPLUNK_HEC_PRESET: "victorialogs",
      SPLUNK_HEC_URL: logs.url,
      SPLUNK_HEC_TOKEN: "any",
      SIEM_DEAD_LETTER_PATH: join(folder, "dead-letters"),
    };
  });

  afterAll(async () => {
    await logs?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  async function runWith(events: readonly object[]) {
    const path = join(folder, "events.ndjson");
    await writeFile(path, events.map((event) => `${JSON.stringify(event)}\n`).join(""));
    const { exitCode, stdout } = await run(["run", "--input", path, "--json"], environment);
    return { exitCode, account: JSON.parse(stdout) };
  }

  it("passes its check, without storing anything", async () => {
    const { exitCode, stdout } = await run(["check", "--json"], environment);
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('"connect"') });
    expect(await logs.query("*")).toEqual([]);
  });

  it("stores every event of a run once, under its own time", async () => {
    const generator = createEventGenerator({ seed: 22 });
    const events = Array.from({ length: EVENTS }, () => generator.next());
    const { exitCode, account } = await runWith(events);
    expect({ exitCode, account }).toMatchObject({
      exitCode: 0,
      account: { accepted: EVENTS, destinations: [{ delivered: EVENTS, dead_lettered: 0, queued: 0 }] },
    });
    const rows = await logs.query("sourcetype:arbitex | fields _time, event.metadata.uid, event.time");
    const uids = rows.map((row) => row["event.metadata.uid"]);
    expect(new Set(uids)).toEqual(new Set(events.map(({ metadata }) => Object(metadata).uid)));
    expect(uids).toHaveLength(EVENTS);
    for (const row of rows) expect(Date.parse(row["_time"] ?? "")).toBe(Number(row["event.time"]));
  });

  it("is asked for repeats by the queries of the setup kit", async () => {
    const text = await readFile(QUERIES, "utf8");
    const queries = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    const [totals, repeats, each] = await Promise.all(queries.map((query) => logs.query(query)));
    expect(totals).toEqual([{ stored: String(EVENTS), events: String(EVENTS) }]);
    expect(repeats).toEqual([]);
    expect(each).toHaveLength(EVENTS);
  });

  it("dead-letters the event that VictoriaLogs would drop without a word", async () => {
    const dropped = await logs.counter("vl_rows_dropped_total");
    const [wide, narrow] = [1200, 900].map((fields, at) => {
      const unmapped = Object.fromEntries(Array.from({ length: fields }, (_, field) => [`field_${field}`, field]));
      return { ...createEventGenerator({ seed: 100 + at }).next(), unmapped };
    });
    const { exitCode, account } = await runWith([
      wide ?? {},
      narrow ?? {},
      { ...narrow, metadata: { uid: "future", version: "1.1.0" }, time: Date.now() + 72 * 3_600_000 },
    ]);
    expect({ exitCode, account }).toMatchObject({
      exitCode: 1,
      account: { destinations: [{ delivered: 1, dead_lettered: 2 }] },
    });
    expect(await logs.counter("vl_rows_dropped_total")).toBe(dropped);
    expect(await readdir(join(folder, "dead-letters"))).not.toEqual([]);
  });

  it("says what to do when ack is asked for, which VictoriaLogs does not know", async () => {
    const { exitCode, stdout } = await run(["validate"], { ...environment, SPLUNK_HEC_ACK: "true" });
    expect({ exitCode, stdout }).toMatchObject({
      exitCode: 2,
      stdout: expect.stringContaining("VictoriaLogs acknowledges nothing"),
    });
  });
});
