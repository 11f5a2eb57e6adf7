import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConnector, ndjson } from "@arbitex/core";
import { createHost, openSignerFile } from "@arbitex/core/host";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";

/** Paths of what numbered events and checkpoints have. */
const known = new Set<string>();

function kit(connector: string, name: string): string {
  return readFileSync(join(import.meta.dirname, `../packages/connector-${connector}/setup/${name}`), "utf8");
}

function addPaths(value: unknown, path: string): void {
  if (path !== "") known.add(path);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return;
  for (const [key, member] of Object.entries(value)) addPaths(member, path === "" ? key : `${path}.${key}`);
}

const listening = defineConnector({
  type: "listening",
  displayName: "Listening",
  guarantee: "accepted",
  configSchema: z.strictObject({}),
  limits: { maxBatchBytes: 1_000_000 },
  framing: ndjson,
  open: () => ({
    encode(record) {
      addPaths(JSON.parse(record.json), "");
      return record.json;
    },
    send: async () => ({ kind: "accepted" }),
  }),
});

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "completeness-queries-"));
  const host = await createHost({
    openSigner: () => openSignerFile(join(folder, "keys.json")),
    destinations: [
      {
        id: "soc",
        connector: listening,
        config: {},
        delivery: { flushIntervalMs: 0, integrity: { checkpointsMs: 60_000 } },
      },
    ],
  });
  await host.publish({ class_uid: 6003, time: Date.now(), severity_id: 1, metadata: { version: "1.1.0" } });
  await host.settled();
  // The stream ends with a checkpoint.
  await host.remove("soc", { leftover: "deliver" });
  await host.stop();
  await rm(folder, { recursive: true });
}, 60_000);

describe("queries for what is missing", () => {
  it.each([
    ["splunk", "completeness.conf"],
    ["sentinel", "completeness.kql"],
    ["elastic", "completeness.esql"],
    ["datadog", "completeness.json"],
    ["sumo", "completeness.txt"],
    ["xsiam", "completeness.xql"],
  ])("of %s ask for fields that numbered events and checkpoints have", (connector, name) => {
    const asked = kit(connector, name)
      .replaceAll(/\["(\w+)"\]/g, ".$1")
      .matchAll(/\b(metadata|unmapped)(?: -> |\.)([a-z_]+(?:\.(?:[a-z_]+))*)/g);
    const paths = new Set(Array.from(asked, ([, root = "", rest = ""]) => `${root}.${rest}`));
    expect([...paths].toSorted()).toEqual(
      expect.arrayContaining(["metadata.sequence", "unmapped.attestation.chain_uid", "unmapped.checkpoint.to"]),
    );
    expect([...paths].filter((path) => !known.has(path) && !known.has(path.replace(/\.name$/, "")))).toEqual([]);
  });

  it("of QRadar ask for properties that its kit makes", () => {
    const properties = new Set(kit("qradar", "properties.json").match(/"name": "[^"]+"/g));
    const asked = kit("qradar", "completeness.aql").matchAll(/"(Arbitex [^"]+)"/g);
    const names = new Set(Array.from(asked, ([, name = ""]) => name));
    expect(names.size).toBeGreaterThan(2);
    expect([...names].filter((name) => !properties.has(`"name": "${name}"`))).toEqual([]);
  });
});
