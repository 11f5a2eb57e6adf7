import { readFileSync } from "node:fs";
import { join } from "node:path";
import { datadog } from "@arbitex/connector-datadog";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { detected } from "./datadog/detection.ts";
import type { Log } from "./datadog/monitor.ts";
import { matchesOf, measure } from "./datadog/monitor.ts";
import { encodedAuditRecords } from "./encoded-audit-records.ts";
import { damagedStreams, numberedStream } from "./numbered-stream.ts";
import { ordinaryAuditRecords, plantedAttacks } from "./planted-attacks.ts";
import type { PythonScript } from "./python-package.ts";
import { pythonScript } from "./python-package.ts";

const SETUP = join(import.meta.dirname, "../../packages/connector-datadog/setup");
const config = datadog.configSchema.parse({ api_key: "0123456789abcdef0123456789abcdef" });

const monitors = monitorsSchema().parse(JSON.parse(readFileSync(join(SETUP, "completeness.json"), "utf8")));
const rules = rulesSchema().parse(JSON.parse(readFileSync(join(SETUP, "detections.json"), "utf8")));

let script: PythonScript;
beforeAll(async () => {
  script = await pythonScript(join(import.meta.dirname, "datadog/search.py"), ["pyvrl==0.0.2"]);
}, 300_000);

describe("the monitors for Datadog, their searches run by Vector's engine over logs as the connector sends them", () => {
  it("find what is wrong and nothing else, in each stream", async () => {
    const streams = damagedStreams(await numberedStream(datadog, config));
    for (const [name, { events, gaps = [], repeats, tail }] of Object.entries(streams)) {
      const logs = events.map(({ encoded }) => logOf(encoded));
      const missing = gaps.reduce((sum, [first, last]) => sum + last - first + 1, 0);
      const expected = { "Arbitex - gaps": missing, "Arbitex - repeated numbers": repeats?.[1] ?? 0 };
      for (const { name: title, query, options } of monitors) {
        const { formula, threshold } =
          /^formula\("(?<formula>.+)"\)\.last\("1h"\) > (?<threshold>0)$/.exec(query)?.groups ?? {};
        if (formula === undefined) continue;
        const values = await measure({ script, logs, formula, variables: options.variables ?? [] });
        const found = values.filter((value) => value > Number(threshold));
        if (title === "Arbitex - missing tail")
          expect([name, title, found.length]).toEqual([name, title, tail ? 1 : 0]);
        else expect([name, title, values]).toEqual([name, title, [expected[title as keyof typeof expected]]]);
      }
    }
  });

  it("count checkpoints and nothing else for silence", async () => {
    const events = await numberedStream(datadog, config);
    const search = /^logs\("(.+?)"\)\.index/.exec(monitors.at(-1)?.query ?? "")?.[1] ?? "";
    const found = await matchesOf(
      script,
      [search],
      events.map(({ encoded }) => logOf(encoded)),
    );
    expect(found).toEqual([events.flatMap(({ checkpoint }, index) => (checkpoint === "none" ? [] : [index]))]);
  });
});

describe("the detections for Datadog, their searches run by Vector's engine over logs as the connector sends them", () => {
  const found = new Map<string, readonly (readonly Log[])[]>();

  beforeAll(async () => {
    const planted = Object.values(plantedAttacks).flatMap((attack) => attack.auditRecords);
    const encoded = await encodedAuditRecords(datadog, config, [...planted, ...ordinaryAuditRecords(600)]);
    const logs = encoded.map(logOf);
    const searches = rules.flatMap(({ queries }) => queries.map(({ query }) => query));
    const matches = await matchesOf(script, searches, logs);
    const hits = matches.map((indexes) => logs.filter((_, index) => indexes.includes(index)));
    for (const { name, queries } of rules) found.set(name, hits.splice(0, queries.length));
  }, 300_000);

  // A threshold knows no order: also who logs on first and then fails is found.
  const unordered: Readonly<Record<string, readonly string[]>> = {
    "Guessed password": ["forgetful@example.com"],
  };

  it.each(Object.entries(plantedAttacks))("%s finds what was planted and nothing else", (title, { finds }) => {
    const { name, queries, cases, options } = rules.find((rule) => rule.name === `Arbitex - ${title}`) ?? {};
    if (name === undefined || queries === undefined || options === undefined) throw new Error(`no rule is ${title}`);
    const rule = { queries, condition: cases?.[0]?.condition ?? "", windowMs: options.evaluationWindow * 1000 };
    const groups = detected(rule, found.get(name) ?? []);
    const named = groups.map((group) => group.split(" ")[0]);
    expect(new Set(named)).toEqual(new Set([...finds, ...(unordered[title] ?? [])]));
  });
});

/** A log as Datadog's pipeline leaves it: the JSON of its message are its attributes. */
function logOf(encoded: string): Log {
  const { ddsource, message, timestamp } = sentSchema.parse(JSON.parse(encoded));
  const custom: Readonly<Record<string, unknown>> = JSON.parse(message);
  return { source: ddsource, timestamp, custom };
}

const sentSchema = z.object({ ddsource: z.string(), message: z.string(), timestamp: z.number() });

function monitorsSchema() {
  const compute = z.strictObject({
    aggregation: z.enum(["cardinality", "min", "max", "count"]),
    metric: z.string().optional(),
  });
  const variable = z.object({ name: z.string(), search: z.strictObject({ query: z.string() }), compute });
  const options = z.object({ variables: z.array(variable).optional() });
  return z.array(z.object({ name: z.string(), query: z.string(), options }));
}

function rulesSchema() {
  const query = z.object({
    name: z.string(),
    query: z.string(),
    groupByFields: z.array(z.string()),
    distinctFields: z.array(z.string()),
  });
  return z.array(
    z.object({
      name: z.string(),
      queries: z.array(query),
      cases: z.array(z.object({ condition: z.string() })),
      options: z.object({ evaluationWindow: z.number() }),
    }),
  );
}
