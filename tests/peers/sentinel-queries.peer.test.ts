import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sentinel } from "@arbitex/connector-sentinel";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { encodedAuditRecords } from "./encoded-audit-records.ts";
import { kqlProblems } from "./kql/kusto-language.ts";
import { damagedStreams, numberedStream } from "./numbered-stream.ts";
import type { DamagedStream, NumberedEvent } from "./numbered-stream.ts";
import { ordinaryAuditRecords, plantedAttacks } from "./planted-attacks.ts";
import { pythonScript } from "./python-package.ts";

const SETUP = join(import.meta.dirname, "../../packages/connector-sentinel/setup");
const TABLE = "ArbitexAuditLogs_CL";

const config = sentinel.configSchema.parse({
  endpoint: "https://my-dce-a1b2.westeurope-1.ingest.monitor.azure.com",
  dcr_immutable_id: "dcr-0",
  stream_name: "Custom-ArbitexAuditLogs",
  tenant_id: "11111111-1111-1111-1111-111111111111",
  client_id: "22222222-2222-2222-2222-222222222222",
  client_secret: "secret",
});

/** Of the table, as the template makes it. */
const columns = Object.fromEntries(
  Array.from(
    (/name: 'ArbitexAuditLogs_CL'\n *columns: \[([^\]]*)\]/.exec(read("direct.bicep"))?.[1] ?? "").matchAll(
      /name: '([^']+)', type: '([^']+)'/g,
    ),
    ([, name = "", type = ""]) => [name, { dateTime: "datetime", boolean: "bool" }[type] ?? type],
  ),
);
/** A table of Azure's own, of which a query asks these. */
const DCRLogErrors = { TimeGenerated: "datetime", InputStreamId: "string", OperationName: "string", Message: "string" };

function read(name: string): string {
  return readFileSync(join(SETUP, name), "utf8");
}

/** The queries of a file by their titles. */
function queriesOf(name: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    read(name)
      .split(/^(?=\/\/ \d+\. )/m)
      .flatMap((part) => {
        const title = /^\/\/ \d+\. (.+?): /.exec(part)?.[1];
        return title === undefined ? [] : [[title, part]];
      }),
  );
}

describe("the queries for Sentinel, in Microsoft's own parser", () => {
  const problemsOf = kqlProblems({ [TABLE]: columns, DCRLogErrors });

  it.each(["completeness.kql", "detections.kql"])("of %s have no fault, over the table of the template", (name) => {
    for (const [title, query] of Object.entries(queriesOf(name)))
      expect([title, problemsOf(query)]).toEqual([title, []]);
  });

  it("of queries.kql have no fault either", () => {
    const parts = read("queries.kql").split(/\n\n/);
    expect(parts.flatMap(problemsOf)).toEqual([]);
    expect(parts.length).toBeGreaterThan(3);
  });

  it("would show a column that is not there, and a keyword taken for a name", () => {
    expect(problemsOf(`${TABLE} | where nothing == 1`)).toEqual([expect.stringContaining("nothing")]);
    expect(problemsOf(`${TABLE} | extend Counted = unmapped.checkpoint.to`)).not.toEqual([]);
  });
});

describe("the queries for Sentinel, run over rows as the connector sends them", () => {
  let found: z.output<typeof answerSchema>;
  let attacks: z.output<typeof answerSchema>[string] | undefined;
  let streams: Readonly<Record<string, DamagedStream>>;

  beforeAll(async () => {
    const script = await pythonScript(join(import.meta.dirname, "kql/run.py"), ["duckdb-kql==1.1.2", "duckdb==2.0.1"]);
    const run = async (file: string, rows: object) =>
      answerSchema.parse(await script({ table: TABLE, columns, streams: rows, queries: queriesOf(file) }));
    streams = damagedStreams(await numberedStream(sentinel, config));
    const rows = Object.entries(streams).map(([name, { events }]) => [name, events.map(hourAgo)] as const);
    found = await run("completeness.kql", Object.fromEntries(rows));
    const auditRecords = [
      ...Object.values(plantedAttacks).flatMap((attack) => attack.auditRecords),
      ...ordinaryAuditRecords(600),
    ];
    const sent = await encodedAuditRecords(sentinel, config, auditRecords);
    // Each row is there twice, as after a lost answer.
    ({ attacks } = await run("detections.kql", { attacks: [...sent, ...sent] }));
  }, 300_000);

  it.each(["whole", "numbers taken out", "events stored twice", "the last thirty events lost", "no end"])(
    "find what is wrong and nothing else: %s",
    (name) => {
      const { gaps = [], repeats, tail, silence } = streams[name] ?? {};
      const { Gaps, Repeats, Silence, ...rest } = found[name] ?? {};
      expect(Gaps?.map((row) => [row["FirstMissing"], row["LastMissing"]])).toEqual(gaps);
      expect(Repeats?.map((row) => [row["Numbers"], row["Surplus"]])).toEqual(repeats === undefined ? [] : [repeats]);
      expect(rest["Missing tail or head"]).toHaveLength(tail ? 1 : 0);
      expect(Silence).toHaveLength(silence ? 1 : 0);
    },
  );

  it.each(Object.entries(plantedAttacks))("%s finds what was planted and nothing else", (title, { finds }) => {
    const rows = attacks?.[title] ?? [];
    expect(rows.map((row) => row["Who"] ?? row["Member"] ?? row["src_ip"])).toEqual(finds);
  });
});

/** A row whose time was an hour before. */
function hourAgo({ encoded }: NumberedEvent): string {
  const row: Record<string, unknown> = JSON.parse(encoded);
  return JSON.stringify({ ...row, TimeGenerated: new Date(Number(row["time"]) - 3_600_000).toISOString() });
}

/** By stream and title of the query: the rows found. */
const answerSchema = z.record(z.string(), z.record(z.string(), z.array(z.record(z.string(), z.unknown()))));
