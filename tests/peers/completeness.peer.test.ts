import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { elastic } from "@arbitex/connector-elastic";
import { createHost, openSignerFile, readPublishedKeys } from "@arbitex/core/host";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { configOf, generated, installTemplate, order } from "./elastic-driver.ts";
import { publishAll } from "./fast-host.ts";
import type { SearchPeer } from "./search-peer.ts";
import { startSearchPeer } from "./search-peer.ts";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../..");
const COUNT = 2500;
const INDEX = "arbitex-ocsf-numbered";

const file = join(ROOT, "packages/connector-elastic/setup/completeness.esql");
const queries = new Map(
  (await readFile(file, "utf8")).split(/^(?=\/\/ \d+\. )/m).flatMap((part) => {
    const { title, query } = /^\/\/ \d+\. (?<title>[^:]+): .*\n(?<query>FROM [^]*)$/.exec(part)?.groups ?? {};
    return title === undefined || query === undefined ? [] : [[title, query] as const];
  }),
);
const aggregation: object = JSON.parse(
  await readFile(join(ROOT, "packages/connector-elastic/setup/completeness.json"), "utf8"),
);

describe("the queries that find what is missing, on Elasticsearch 8.19, over delivered events", () => {
  let node: SearchPeer;
  let folder: string;

  beforeAll(async () => {
    node = await startSearchPeer({ peer: "es8-esql" });
    await installTemplate(node.url, "index-template.json");
    folder = await mkdtemp(join(tmpdir(), "completeness-"));
    const keys = join(folder, "keys.json");
    const host = await createHost({
      deadLetterPath: folder,
      openSigner: () => openSignerFile(keys),
      destinations: [
        {
          id: "soc-a",
          connector: elastic,
          config: configOf({ url: node.url, index: INDEX }),
          delivery: { flushIntervalMs: 50, integrity: { checkpointsMs: 200 } },
        },
      ],
    });
    await publishAll(host, generated(COUNT));
    await host.settled();
    await host.stop();
    await writeFile(join(folder, "public.json"), JSON.stringify({ keys: await readPublishedKeys(keys) }));
    await order(`${node.url}/${INDEX}/_refresh`, "POST");
  }, 300_000);

  afterAll(async () => {
    await node?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  async function find(title: string): Promise<readonly (readonly unknown[])[]> {
    const query = queries.get(title)?.replace("FROM arbitex-ocsf*", `FROM ${INDEX}`);
    return answerSchema.parse(await order(`${node.url}/_query`, "POST", { query })).values;
  }

  async function gapsByAggregation(): Promise<number> {
    const answer = aggregationSchema.parse(await order(`${node.url}/${INDEX}/_search`, "POST", aggregation));
    const blocks = answer.aggregations.streams.buckets.flatMap((stream) => stream.blocks.buckets);
    return blocks.filter(({ there, lowest, highest }) => there.value < highest.value - lowest.value + 1).length;
  }

  async function exported(): Promise<string> {
    const hits: unknown[] = [];
    for (let after: readonly unknown[] | undefined; ; ) {
      const page = { size: 1000, sort: [{ "metadata.sequence": "asc" }], ...(after && { search_after: after }) };
      const found = hitsSchema.parse(await order(`${node.url}/${INDEX}/_search`, "POST", page)).hits.hits;
      hits.push(...found);
      after = found.at(-1)?.sort;
      if (found.length < 1000) break;
    }
    const path = join(folder, "export.ndjson");
    await writeFile(path, hits.map((hit) => JSON.stringify(hit)).join("\n"));
    return path;
  }

  async function verify(): Promise<z.output<typeof verdictSchema>> {
    const words = ["verify", await exported(), "--key", join(folder, "public.json"), "--json"];
    const { stdout } = await run(join(ROOT, "node_modules/.bin/arbitex-siem"), words).catch((error: unknown) =>
      z.object({ stdout: z.string() }).parse(error),
    );
    return verdictSchema.parse(JSON.parse(stdout));
  }

  /** Events that a term finds. A data stream lets a document be deleted only from the index behind it. */
  async function hitsOf(term: object) {
    const answer = await order(`${node.url}/${INDEX}/_search`, "POST", { size: 100, query: { term } });
    return hitsSchema.parse(answer).hits.hits;
  }

  async function remove(term: object): Promise<void> {
    for (const { _index: index, _id: id } of await hitsOf(term))
      await order(`${node.url}/${index}/_doc/${id}`, "DELETE");
  }

  it("are the five of the kit", () => {
    expect([...queries.keys()]).toEqual(["Gaps", "Gaps between blocks", "Repeats", "Missing tail or head", "Silence"]);
  });

  it("find nothing while all is there, and neither does verify", async () => {
    for (const title of queries.keys()) expect([title, await find(title)]).toEqual([title, []]);
    expect(await gapsByAggregation()).toBe(0);
    expect(await verify()).toMatchObject({ complete: true, streams: [{ ended: true, missing: "" }] });
  });

  it("find what was taken out, stored twice and cut off", async () => {
    await remove({ "metadata.sequence": 1234 });
    const [copied] = await hitsOf({ "metadata.sequence": 77 });
    const { _source: source } = hitSchema.parse(copied);
    await order(`${node.url}/${INDEX}/_create/again`, "PUT", source);
    await order(`${node.url}/${INDEX}/_refresh`, "POST");
    expect(await find("Gaps")).toEqual([[999, 1000, 1999, expect.stringContaining("soc-a/"), 1]]);
    expect(await find("Gaps between blocks")).toMatchObject([{ length: 5 }]);
    expect(await find("Repeats")).toEqual([[2, expect.stringContaining("soc-a/"), 77]]);
    expect(await gapsByAggregation()).toBe(1);
    expect(await verify()).toMatchObject({
      complete: false,
      streams: [{ missing: "1234", repeated: [{ number: 77 }] }],
    });
  });

  it("find a tail that is cut off before a checkpoint, and a checkpoint that does not come", async () => {
    for (let number = COUNT - 40; number <= COUNT; number++) await remove({ "metadata.sequence": number });
    await remove({ "unmapped.checkpoint.is_final": true });
    await order(`${node.url}/${INDEX}/_refresh`, "POST");
    expect((await find("Gaps between blocks")).length + (await find("Missing tail or head")).length).toBeGreaterThan(0);
    // The clock of the node goes on, that of the events does not.
    const silent = queries
      .get("Silence")
      ?.replace("FROM arbitex-ocsf*", `FROM ${INDEX}`)
      .replace("15 minutes", "0 seconds");
    expect(answerSchema.parse(await order(`${node.url}/_query`, "POST", { query: silent })).values).toHaveLength(1);
  });
});

const answerSchema = z.object({ values: z.array(z.array(z.unknown())) });
const hitSchema = z.looseObject({
  _index: z.string(),
  _id: z.string(),
  _source: z.looseObject({}),
  sort: z.array(z.unknown()).optional(),
});
const hitsSchema = z.object({
  hits: z.object({ hits: z.array(hitSchema) }),
});
const value = z.object({ value: z.number() });
const block = z.object({ there: value, lowest: value, highest: value });
const aggregationSchema = z.object({
  aggregations: z.object({
    streams: z.object({ buckets: z.array(z.object({ blocks: z.object({ buckets: z.array(block) }) })) }),
  }),
});
const verdictSchema = z.looseObject({ complete: z.boolean(), streams: z.array(z.looseObject({})) });
