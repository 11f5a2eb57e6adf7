import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HecSimulator } from "@arbitex/simulators";
import { startHecSimulator } from "@arbitex/simulators";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { environmentOf } from "../server/command.ts";
import { createDeployment, writeEvents } from "./deployment.ts";
import type { Footprint } from "./footprint.ts";
import { footprintOf } from "./footprint.ts";
import { MANAGERS } from "./managers.ts";
import { sharedRegistry } from "./registry.ts";

const NODES = ["20.19.0", "22.23.3", "24.21.0", "26.10.0"];
/** The cells where most went wrong: the oldest Node with the strictest managers, and Plug'n'Play. */
const SHORT = [
  ["npm strict", "20.19.0"],
  ["yarn 1", "20.19.0"],
  ["yarn 4 PnP", "24.21.0"],
] as const;
const isShort = process.env["INSTALL_MATRIX"] === "short";
const CELLS = isShort
  ? SHORT
  : Object.keys(MANAGERS).flatMap((manager) => NODES.map((node) => [manager, node] as const));

const PACKAGES = ["@arbitex/server", "@arbitex/connector-splunk", "@arbitex/connector-elastic"];
/** Bounds on what a deployment of two connectors brings: 41 packages and 44 MB on disk when this was written, 83 and 52 before. */
const MOST: Footprint = { packages: 45, megabytes: 48 };
const EVENTS = 500;

const rows: (Footprint & { readonly manager: string; readonly node: string; readonly seconds: number })[] = [];
let folder: string;
const registry = sharedRegistry();
let splunk: HecSimulator;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "install-matrix-"));
  splunk = await startHecSimulator();
});
afterAll(async () => {
  await splunk.close();
  rmSync(folder, { recursive: true, force: true });
  process.stderr.write(tableOf());
});

describe("the server with the connectors of Splunk and Elasticsearch", () => {
  it.each(CELLS)("is installed by %s on Node %s, finds the two and delivers", async (name, node) => {
    const manager = MANAGERS[name]?.();
    if (manager === undefined) throw new Error(`no manager ${name}`);
    const cell = join(folder, `${name}-${node}`.replaceAll(" ", "-"));
    const deployment = await createDeployment(cell, { manager, registry, node, packages: PACKAGES });
    expect(deployment.output).not.toMatch(/engine/i);

    const listed = await deployment.siem(["connectors", "list", "--json"]);
    const types = JSON.parse(listed.stdout).connectors.map(({ type }: { type: string }) => type);
    expect(types.toSorted()).toEqual(["elastic", "splunk_hec"]);
    expect(listed).toMatchObject({ exitCode: 0 });

    splunk.reset();
    const words = ["run", "--input", writeEvents(cell, EVENTS), "--json"];
    const { stdout } = await deployment.siem(words, environmentOf("SPLUNK_HEC", splunk.config));
    expect(JSON.parse(stdout)).toMatchObject({ accepted: EVENTS, destinations: [{ delivered: EVENTS }] });
    expect(new Set(splunk.ids).size).toBe(EVENTS);

    writeFileSync(
      join(cell, "siem.config.yaml"),
      "destinations: [{ id: a, type: datadog, config: { api_key: abc } }]\n",
    );
    const invalid = await deployment.siem(["validate", "--json"]);
    expect(invalid.exitCode).toBe(2);
    const [problem] = JSON.parse(invalid.stdout).problems;
    expect(problem.fix).toMatch(/^Run: (npm install|pnpm add|yarn add) @arbitex\/connector-datadog$/);
    expect(problem.message).toContain(`${cell}/package.json (configuration file): `);

    const footprint = footprintOf(cell);
    rows.push({ manager: name, node, seconds: deployment.seconds, ...footprint });
    expect(footprint.packages).toBeLessThanOrEqual(MOST.packages);
    expect(footprint.megabytes).toBeLessThanOrEqual(MOST.megabytes);
    rmSync(cell, { recursive: true });
  });
});

/** Managers under each other, versions of Node beside each other. */
function tableOf(): string {
  const nodes = [...new Set(rows.map(({ node }) => node))];
  const lines = [...new Set(rows.map(({ manager }) => manager))].map((manager) => {
    const cells = nodes.map((node) => rows.find((row) => row.manager === manager && row.node === node));
    const texts = cells.map((cell) => {
      if (cell === undefined) return "".padEnd(CELL);
      const { packages, megabytes, seconds } = cell;
      return `${String(packages).padStart(4)} ${megabytes.toFixed(1).padStart(6)} ${seconds.toFixed(1).padStart(5)}`.padEnd(
        CELL,
      );
    });
    return [manager.padEnd(12), ...texts].join("  ");
  });
  const heads = [
    ["".padEnd(12), ...nodes.map((node) => `Node ${node}`.padEnd(CELL))].join("  "),
    ["".padEnd(12), ...nodes.map(() => " pkg     MB     s".padEnd(CELL))].join("  "),
  ];
  return `\n${[...heads, ...lines].map((line) => line.trimEnd()).join("\n")}\n\n`;
}

const CELL = 18;
