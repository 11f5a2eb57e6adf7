import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEventGenerator } from "@arbitex/simulators";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../server/command.ts";
import type { VictoriaLogs } from "./victoria-logs.ts";
import { hasGo, startVictoriaLogs } from "./victoria-logs.ts";

const EVENTS = 20_000;
const QUERIES = join(import.meta.dirname, "../../packages/connector-otlp/setup/victorialogs.logsql");
const isBuildable = await hasGo();

it.skipIf(isBuildable)("NOTHING IS TESTED on VictoriaLogs, which wants Go to build it", () => undefined);

describe.skipIf(!isBuildable)("otlp_http on VictoriaLogs", () => {
  let logs: VictoriaLogs;
  let folder: string;
  let environment: Record<string, string>;

  beforeAll(async () => {
    logs = await startVictoriaLogs();
    folder = await mkdtemp(join(tmpdir(), "otlp-victoria-logs-"));
    environment = {
      OTLP_HTTP_URL: `${logs.url}/insert/opentelemetry/v1/logs`,
      SIEM_DEAD_LETTER_PATH: join(folder, "dead-letters"),
    };
  });

  afterAll(async () => {
    await logs?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  it("passes its check, without storing anything", async () => {
    expect((await run(["check", "--json"], environment)).exitCode).toBe(0);
    expect(await logs.query("*")).toEqual([]);
  });

  it("stores every event of a run once, whole, under its own time", async () => {
    const generator = createEventGenerator({ seed: 32 });
    const events = Array.from({ length: EVENTS }, () => generator.next());
    const path = join(folder, "events.ndjson");
    await writeFile(path, events.map((event) => `${JSON.stringify(event)}\n`).join(""));
    const { exitCode, stdout } = await run(["run", "--input", path, "--json"], environment);
    expect({ exitCode, account: JSON.parse(stdout) }).toMatchObject({
      exitCode: 0,
      account: { accepted: EVENTS, destinations: [{ delivered: EVENTS, dead_lettered: 0, queued: 0 }] },
    });
    const rows = await logs.query("* | fields _time, _msg, log.record.uid, service.name");
    const byUid = new Map(rows.map((row) => [row["log.record.uid"], row]));
    expect([rows.length, byUid.size]).toEqual([EVENTS, EVENTS]);
    for (const event of events) {
      const { metadata, time }: Readonly<Record<string, unknown>> = event;
      const row = byUid.get(Object(metadata).uid) ?? {};
      expect(JSON.parse(row["_msg"] ?? "null")).toEqual(event);
      expect(Date.parse(row["_time"] ?? "")).toBe(time);
      expect(row["service.name"]).toBe("arbitex-platform");
    }
  });

  it("answers the queries of the setup kit", async () => {
    const text = await readFile(QUERIES, "utf8");
    const queries = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    const [totals, repeats, failures, grave, person] = await Promise.all(queries.map((query) => logs.query(query)));
    expect(totals).toEqual([{ stored: String(EVENTS), events: String(EVENTS) }]);
    expect(repeats).toEqual([]);
    for (const found of [failures, grave, person]) expect(found?.length).toBeGreaterThan(0);
  });

  it("refuses JSON, which its check says, with what to set", async () => {
    const { exitCode, stdout } = await run(["check", "--json"], { ...environment, OTLP_HTTP_ENCODING: "json" });
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/encoding to protobuf/) });
  });
});
