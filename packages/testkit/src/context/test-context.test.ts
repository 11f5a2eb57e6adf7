import { gunzipSync } from "node:zlib";
import type { Sink } from "@arbitex/core";
import { concatenatedJson, httpClient, httpSink, jsonArray, ndjson } from "@arbitex/core";
import { createEventRecord } from "@arbitex/core/host";
import { expect, it, onTestFinished } from "vitest";
import { createEventGenerator, startHecSimulator } from "@arbitex/simulators";
import { createTestBatch } from "./test-batch.ts";
import { createTestContext, TEST_NOW } from "./test-context.ts";

const generator = createEventGenerator({ seed: 9 });
const records = Array.from({ length: 3 }, () => createEventRecord(generator.next()));
const sink: Pick<Sink, "encode"> = { encode: ({ id }) => id };

it("frames a batch as its framing says", () => {
  const [a, b, c] = records.map(({ id }) => id);
  expect(createTestBatch(ndjson, sink, records).body.toString()).toBe(`${a}\n${b}\n${c}\n`);
  expect(createTestBatch({ framing: jsonArray }, sink, records).body.toString()).toBe(`[${a},${b},${c}]`);
  const packed = createTestBatch(concatenatedJson, sink, records, { compression: "gzip", attempt: 2 });
  expect(gunzipSync(packed.body).toString()).toBe(`${a}\n${b}\n${c}`);
  expect(packed).toMatchObject({ records, attempt: 2, contentEncoding: "gzip", contentType: "application/json" });
});

it("gives a connector all it needs to deliver to a simulator", async () => {
  const hec = await startHecSimulator();
  const context = createTestContext({ destinationId: "soc" });
  onTestFinished(async () => {
    await context.egress.close();
    await hec.close();
  });
  expect([context.destinationId, context.now(), context.random()]).toEqual(["soc", TEST_NOW, expect.any(Number)]);
  const real = httpSink({
    http: httpClient({ context }),
    encode: ({ json }) => `{"event":${json}}`,
    request: () => ({
      url: `${hec.url}/services/collector/event`,
      headers: { authorization: `Splunk ${String(hec.config["token"])}` },
    }),
    classify: ({ status }) => (status === 200 ? { kind: "accepted" } : { kind: "rejected", reason: String(status) }),
  });
  const batch = createTestBatch(concatenatedJson, real, records);
  expect(await real.send(batch, AbortSignal.timeout(5000))).toEqual({ kind: "accepted" });
  expect(hec.ids).toEqual(records.map(({ id }) => id));
});
