import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { countOf, installTemplate, order } from "./elastic-driver.ts";
import { openFastHost, statusOf } from "./fast-host.ts";
import { ordinaryAuditRecords, plantedAttacks } from "./planted-attacks.ts";
import type { SearchPeer } from "./search-peer.ts";
import { startSearchPeer } from "./search-peer.ts";

const ORDINARY = 3000;
const indices = [
  { index: "arbitex-ocsf", findingClass: 2001, rendering: "arbitex" },
  { index: "arbitex-ocsf-successor", findingClass: 2004, rendering: "arbitex" },
  { index: "arbitex-ocsf-strict", findingClass: 2001, rendering: "strict" },
] as const;
const file = new URL("../../packages/connector-elastic/setup/detections.esql", import.meta.url);
const detections = new Map(
  (await readFile(file, "utf8")).split(/^(?=\/\/ \d+\. )/m).flatMap((part) => {
    const { title, query } = /^\/\/ \d+\. (?<title>[^:]+): .*\n(?<query>FROM [^]*)$/.exec(part)?.groups ?? {};
    return title === undefined || query === undefined ? [] : [[title, query] as const];
  }),
);

describe("the detections for Elasticsearch, on 8.19, over delivered events", () => {
  let node: SearchPeer;
  let folder: string;
  let published = 0;
  const arrived: object[] = [];

  beforeAll(async () => {
    node = await startSearchPeer({ peer: "es8-esql" });
    await installTemplate(node.url, "index-template.json");
    folder = await mkdtemp(join(tmpdir(), "detections-"));
    const auditRecords = [
      ...Object.values(plantedAttacks).flatMap((attack) => attack.auditRecords),
      ...ordinaryAuditRecords(ORDINARY),
    ];
    published = auditRecords.length;
    for (const { index, findingClass, rendering } of indices) {
      const host = await openFastHost({
        url: node.url,
        index,
        deadLetterPath: folder,
        delivery: { rendering },
        auditRecords: { findingClass },
      });
      const { rejected } = await host.publishAuditRecords(auditRecords, { waitForCapacity: true, validation: "full" });
      await host.settled();
      const { delivered } = statusOf(host).counts;
      await host.stop();
      arrived.push({ rejected: rejected.length, delivered, stored: await countOf(node.url, index) });
    }
  });

  afterAll(async () => {
    await node?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  it("look at all that was published", () => {
    expect(arrived).toEqual(indices.map(() => ({ rejected: 0, delivered: published, stored: published })));
  });

  it("are the twelve that something was planted for", () => {
    expect([...detections.keys()]).toEqual(Object.keys(plantedAttacks));
  });

  it.each([...detections].flatMap(([title, query]) => indices.map(({ index }) => [title, index, query] as const)))(
    "%s finds in %s what was planted and nothing else",
    async (title, index, query) => {
      const answer = answerSchema.parse(
        await order(`${node.url}/_query`, "POST", { query: query.replace("FROM arbitex-ocsf*", `FROM ${index}`) }),
      );
      const column = answer.columns.findIndex(({ name }) => ["who", "address", "member"].includes(name));
      expect(answer.values.map((row) => row[column])).toEqual(plantedAttacks[title]?.finds);
    },
  );
});

const answerSchema = z.object({
  columns: z.array(z.object({ name: z.string() })),
  values: z.array(z.array(z.unknown())),
});
