import { createEventGenerator, startBulkSimulator } from "@arbitex/simulators";
import { Client } from "@opensearch-project/opensearch";
import { expect, it, onTestFinished } from "vitest";

async function start() {
  const search = await startBulkSimulator({ product: "opensearch", username: "admin", password: "secret" });
  const node = search.url.replace("//", "//admin:secret@");
  const client = new Client({ node, maxRetries: 0 });
  onTestFinished(async () => {
    await client.close();
    await search.close();
  });
  return { search, client };
}

it("@opensearch-project/opensearch writes, repeats and counts by client.bulk", async () => {
  const { search, client } = await start();
  const body = [{ create: { _id: "a" } }, { n: 1 }, { create: { _id: "b" } }, { n: 2 }];
  const first = await client.bulk({ index: "audit", body });
  expect([first.body.errors, first.body.items.map(({ create }) => create?.status)]).toEqual([false, [201, 201]]);
  const repeated = await client.bulk({ index: "audit", body });
  expect(repeated.body.items.map(({ create }) => create?.status)).toEqual([409, 409]);
  expect((await client.count({ index: "audit" })).body.count).toBe(2);
  expect((await client.info()).body.version.distribution).toBe("opensearch");
  expect(search.counts()).toMatchObject({ stored: 2, repeated: 2 });
});

it("@opensearch-project/opensearch delivers by helpers.bulk, and sends an overloaded item again", async () => {
  const { search, client } = await start();
  search.faults.script([{ kind: "partial", status: 429 }]);
  const generator = createEventGenerator({ seed: 6 });
  const datasource = Array.from({ length: 200 }, (_value, index) => ({ id: String(index), ocsf: generator.next() }));
  const result = await client.helpers.bulk({
    datasource,
    onDocument: (document) => ({ create: { _index: "audit", _id: document.id } }),
    flushBytes: 50_000,
    retries: 2,
    wait: 1,
  });
  expect(result).toMatchObject({ successful: 200, failed: 0 });
  // The client counts the two lines of the item.
  expect(result.retry).toBe(2);
  expect(search.counts()).toMatchObject({ stored: 200, repeated: 0 });
});
