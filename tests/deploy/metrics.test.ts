import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Running } from "../server/command.ts";
import { start } from "../server/command.ts";
import { alertsIn, metricsIn, textOf } from "./metrics.ts";

let folder: string;
let server: Running;
let exposed: ReadonlyMap<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "metrics-"));
  server = start(["run", "--port", "0"], {
    SPLUNK_HEC_URL: "http://127.0.0.1:1",
    SPLUNK_HEC_TOKEN: "t",
    SIEM_DEAD_LETTER_PATH: folder,
  });
  const [, origin = ""] = await server.says(/Listening on (http:\S+)/);
  const text = await (await fetch(`${origin}/metrics`)).text();
  exposed = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = "", type = ""]) => [name, type]));
});
afterAll(async () => {
  server.process.kill("SIGKILL");
  await server.finished;
  await rm(folder, { recursive: true });
});

describe("the metrics of a server", () => {
  it("are all that the dashboard asks for", () => {
    const dashboard = JSON.parse(textOf("deploy/grafana/dashboard.json")) as {
      readonly panels: readonly { readonly targets?: readonly { readonly expr: string }[] }[];
    };
    const asked = dashboard.panels.flatMap(({ targets = [] }) => targets).map(({ expr }) => expr);
    expect(asked.length).toBeGreaterThan(20);
    expect(metricsIn(asked.join("\n")).filter((name) => !exposed.has(name))).toEqual([]);
  });

  it("are all that the rules ask for", () => {
    const asked = metricsIn(textOf("deploy/prometheus/rules.yaml"));
    expect(asked.length).toBeGreaterThan(8);
    expect(asked.filter((name) => !exposed.has(name))).toEqual([]);
  });

  it("are each in the dashboard", () => {
    const shown = metricsIn(textOf("deploy/grafana/dashboard.json"));
    expect([...exposed.keys()].filter((name) => !shown.includes(name))).toEqual([]);
  });

  it("are those that the page about operating explains", () => {
    const rows = [...textOf("docs/operate.md").matchAll(/^\| (`siem_[^|]*) \|/gm)].map(([, cell = ""]) => cell);
    expect(metricsIn(rows.join("\n"))).toEqual([...exposed.keys()].toSorted());
  });

  it("have names that say what they are", () => {
    for (const [name, type] of exposed) expect(name.endsWith("_total"), name).toBe(type === "counter");
  });
});

describe("the alerts", () => {
  const alerts = alertsIn(textOf("deploy/prometheus/rules.yaml"));

  it("are those that the page about operating explains, with their severity", () => {
    const rows = textOf("docs/operate.md").matchAll(/^\| `(Siem\w+)` \| (\w+) \|/gm);
    expect([...rows].map(([, name, severity]) => ({ name, severity }))).toEqual(alerts);
  });

  it("each have a test that raises it", () => {
    const tests = textOf("deploy/prometheus/rules.test.yaml");
    for (const { name } of alerts) expect(tests).toMatch(new RegExp(`alertname: ${name}\n +exp_alerts:\n`));
  });
});
