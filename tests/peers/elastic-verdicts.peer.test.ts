import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { OcsfEvent, SendResult } from "@arbitex/core";
import { checkPassed } from "@arbitex/core";
import { hostileEvents } from "@arbitex/testkit";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { DrivenSink } from "./elastic-driver.ts";
import { ask, countOf, driveSink, generated, installTemplate, order, passesIntake } from "./elastic-driver.ts";
import { openFastHost, publishAll, statusOf } from "./fast-host.ts";
import { startHttpFront } from "./http-front.ts";
import type { SearchPeer } from "./search-peer.ts";
import { startSearchPeer } from "./search-peer.ts";

const ACTION = '{"create":{}}';
const DOCUMENT = '{"@timestamp":"2026-01-15T08:00:00.000Z"}';

/** What an overload left over. It must be taken for nothing else. */
function toSendAgain(events: readonly OcsfEvent[], verdict: SendResult): readonly OcsfEvent[] {
  if (verdict.kind === "accepted") return [];
  if (verdict.kind === "retry") return events;
  if (verdict.kind === "partial" && verdict.failures.every(({ outcome }) => outcome === "retry")) {
    const refused = new Set(verdict.failures.map(({ index }) => index));
    return events.filter((_, index) => refused.has(index));
  }
  throw new Error(`an overload was taken for ${JSON.stringify(verdict)}`);
}

describe.each([
  { name: "Elasticsearch 8.19", peer: "es8", template: "index-template.json" },
  { name: "OpenSearch 2.19", peer: "os2", template: "index-template.opensearch.json" },
] as const)("verdicts on $name", ({ peer, template }) => {
  let node: SearchPeer;
  /** Its limits are so narrow that small requests meet them. */
  let narrow: SearchPeer;

  beforeAll(async () => {
    const settings = {
      "http.max_content_length": "1mb",
      "indexing_pressure.memory.limit": "400kb",
      "thread_pool.write.size": "1",
      "thread_pool.write.queue_size": "1",
    };
    [node, narrow] = await Promise.all([startSearchPeer({ peer }), startSearchPeer({ peer, settings })]);
    await installTemplate(node.url, template);
  });

  afterAll(async () => {
    await Promise.all([node?.stop(), narrow?.stop()]);
  });

  async function open(settings: Readonly<Record<string, unknown>>): Promise<DrivenSink> {
    const driven = await driveSink({ url: node.url, target: "index", ...settings });
    onTestFinished(() => driven.close());
    return driven;
  }

  async function createIndex(name: string, body: object = {}): Promise<void> {
    await order(`${node.url}/${name}`, "PUT", { settings: { number_of_replicas: 0 }, ...body });
  }

  async function setIndex(name: string, settings: object): Promise<void> {
    await order(`${node.url}/${name}/_settings`, "PUT", settings);
  }

  /** Until the test ends. */
  async function setCluster(settings: Readonly<Record<string, unknown>>): Promise<void> {
    const unset = Object.fromEntries(Object.keys(settings).map((name) => [name, null]));
    onTestFinished(async () => void (await order(`${node.url}/_cluster/settings`, "PUT", { transient: unset })));
    await order(`${node.url}/_cluster/settings`, "PUT", { transient: settings });
  }

  it("counts a repeat as delivered and stores it once", async () => {
    const { send } = await open({ index: "arbitex-ocsf-repeat" });
    const events = generated(3);
    expect(await send(events)).toEqual({ kind: "accepted" });
    expect(await send(events)).toEqual({ kind: "accepted" });
    expect(await countOf(node.url, "arbitex-ocsf-repeat")).toBe(3);
  });

  it("stores hostile ids, own timestamps and far times, each once", async () => {
    const { send } = await open({ index: "arbitex-ocsf-hostile" });
    const [base = {}] = generated(1);
    const variant = (change: object, uid: string) => ({ ...base, ...change, metadata: { version: "1.1.0", uid } });
    const events = [
      variant({}, 'quote " backslash \\ line\nbreak'),
      variant({}, "x".repeat(513)),
      variant({}, "é".repeat(257)),
      variant({}, " "),
      variant({ "@timestamp": "not a date" }, "own-timestamp"),
      variant({ time: -62_200_000_000_000 }, "before-year-0"),
      variant({ time: -1 }, "before-1970"),
      variant({ message: "control \u0001 separator \u2028 line\r\nbreak" }, "odd-text"),
      variant({ unmapped: { text: "x".repeat(40_000), nested: [[[{ a: [1, "b", null] }]]] } }, "large-value"),
      variant({ auth_protocol_id: "many", is_mfa: "maybe", src_endpoint: { ip: "nowhere", port: "x" } }, "wrong-types"),
    ];
    expect(await send(events)).toEqual({ kind: "accepted" });
    expect(await send(events)).toEqual({ kind: "accepted" });
    expect(await countOf(node.url, "arbitex-ocsf-hostile")).toBe(events.length);
  });

  it("stores every hostile event that passes the host's intake, but one with a member without a name", async () => {
    const { send } = await open({ index: "arbitex-ocsf-hostile-events" });
    const events = hostileEvents.map(({ event }) => event).filter(passesIntake);
    expect(events.length).toBeGreaterThan(20);
    const index = events.findIndex(({ unmapped }) => Object.hasOwn(Object(unmapped), ""));
    const failure = { index, outcome: "rejected", reason: expect.stringMatching(/name cannot be an empty string/) };
    expect(await send(events)).toEqual({ kind: "partial", failures: [failure] });
    expect(await countOf(node.url, "arbitex-ocsf-hostile-events")).toBe(events.length - 1);
  });

  it("rejects singly what does not fit the mapping", async () => {
    await createIndex("strict", {
      mappings: { dynamic: "strict", properties: { "@timestamp": { type: "date" }, n: { type: "long" } } },
    });
    const { sendBody } = await open({ index: "strict" });
    const documents = [DOCUMENT, '{"n":"text"}', '{"stray":1}', '{"n": broken', DOCUMENT];
    const body = documents.map((document) => `${ACTION}\n${document}\n`).join("");
    expect(await sendBody(body, 5)).toMatchObject({
      kind: "partial",
      failures: [
        { index: 1, outcome: "rejected", reason: expect.stringContaining("_parsing_exception") },
        { index: 2, outcome: "rejected", reason: expect.stringContaining("strict_dynamic_mapping_exception") },
        { index: 3, outcome: "rejected", reason: expect.stringContaining("_parsing_exception") },
      ],
    });
    expect(await countOf(node.url, "strict")).toBe(2);
  });

  it("rejects singly an event with more fields than the index may have", async () => {
    await createIndex("few-fields", { settings: { "index.mapping.total_fields.limit": 3, number_of_replicas: 0 } });
    const { sendBody } = await open({ index: "few-fields" });
    const body = `${ACTION}\n${DOCUMENT}\n${ACTION}\n{"a":1,"b":2,"c":3,"d":4}\n`;
    expect(await sendBody(body, 2)).toMatchObject({ kind: "partial", failures: [{ index: 1, outcome: "rejected" }] });
  });

  it("rejects a document without a timestamp in a data stream, and never takes the answer to another action for success", async () => {
    const { sendBody } = await open({ index: "arbitex-ocsf-bare", target: "data_stream" });
    expect(await sendBody(`${ACTION}\n{}\n`, 1)).toMatchObject({
      kind: "partial",
      failures: [{ outcome: "rejected" }],
    });
    expect(await sendBody(`{"index":{}}\n${DOCUMENT}\n`, 1)).toMatchObject({ kind: "retry", ambiguous: true });
  });

  it("suspends when the index is missing and may not be created", async () => {
    await setCluster({ "action.auto_create_index": "false" });
    const { send } = await open({ index: "missing" });
    expect(await send(generated(2))).toMatchObject({
      kind: "suspend",
      reason: expect.stringContaining("404 index_not_found_exception"),
      fix: expect.stringContaining("Create the index"),
    });
  });

  it("suspends when the cluster may have no more shards", async () => {
    await setCluster({ "cluster.max_shards_per_node": 1 });
    const { send } = await open({ index: "one-too-many" });
    expect(await send(generated(1))).toMatchObject({ kind: "suspend", fix: expect.stringContaining("max_shards") });
  });

  it("retries while the disk is too full", async () => {
    await createIndex("full-disk", {
      settings: { "index.blocks.read_only_allow_delete": true, number_of_replicas: 0 },
    });
    const { send } = await open({ index: "full-disk" });
    expect(await send(generated(2))).toMatchObject({
      kind: "retry",
      reason: expect.stringMatching(/^the disk is too full.*cluster_block_exception/),
    });
  });

  it("suspends on a write block, and delivers once it is gone", async () => {
    await createIndex("blocked");
    await setIndex("blocked", { "index.blocks.write": true });
    const { sink, send } = await open({ index: "blocked" });
    const events = generated(2);
    expect(await send(events)).toMatchObject({
      kind: "suspend",
      reason: expect.stringContaining("403 cluster_block_exception"),
      fix: expect.stringContaining("Remove the write block"),
    });
    const refused = await sink.check?.(AbortSignal.timeout(10_000));
    expect(refused?.steps.at(-1)).toMatchObject({ name: "target", status: "failed" });

    await setIndex("blocked", { "index.blocks.write": null });
    const passed = await sink.check?.(AbortSignal.timeout(10_000));
    expect(passed && checkPassed(passed)).toBe(true);
    expect(await send(events)).toEqual({ kind: "accepted" });
  });

  it("suspends when the whole cluster is read-only", async () => {
    await createIndex("read-only");
    const { send } = await open({ index: "read-only" });
    await setCluster({ "cluster.blocks.read_only": true });
    expect(await send(generated(2))).toMatchObject({
      kind: "suspend",
      reason: expect.stringContaining("403 cluster_block_exception"),
    });
  });

  it("suspends on a closed index, and its check says so", async () => {
    await createIndex("closed");
    await order(`${node.url}/closed/_close`, "POST");
    const { sink, send } = await open({ index: "closed" });
    expect(await send(generated(2))).toMatchObject({ kind: "suspend", fix: expect.stringContaining("Open the index") });
    const report = await sink.check?.(AbortSignal.timeout(10_000));
    expect(report?.steps.at(-1)).toMatchObject({ status: "failed", detail: "index closed is closed" });
  });

  it("retries while too few copies of a shard are there", async () => {
    const front = await startHttpFront({ targetPort: node.port, query: "wait_for_active_shards=2&timeout=500ms" });
    onTestFinished(() => front.close());
    await createIndex("few-copies");
    const { send } = await open({ url: front.url, index: "few-copies" });
    expect(await send(generated(2))).toMatchObject({
      kind: "retry",
      reason: expect.stringContaining("503 unavailable_shards_exception"),
    });
  });

  it("retries what a full write queue refuses, until every event is stored", async () => {
    const { send } = await open({ url: narrow.url, index: "busy" });
    await order(`${narrow.url}/busy`, "PUT", { settings: { number_of_replicas: 0 } });
    let refusals = 0;
    const batches = Array.from({ length: 48 }, () => generated(10));
    await Promise.all(
      batches.map(async (batch) => {
        for (let left: readonly OcsfEvent[] = batch; left.length > 0; ) {
          const verdict = await send(left);
          left = toSendAgain(left, verdict);
          if (left.length > 0) refusals++;
        }
      }),
    );
    expect(refusals).toBeGreaterThan(0);
    expect(await countOf(narrow.url, "busy")).toBe(480);
  });

  it("asks for smaller batches when one alone needs more memory than the node gives to all", async () => {
    const { send } = await open({ url: narrow.url, index: "pressed" });
    const events = generated(450);
    expect(await send(events)).toMatchObject({ kind: "too-large", reason: expect.stringContaining("429") });
    expect(await send(events.slice(0, 200))).toEqual({ kind: "accepted" });
  });

  it("delivers everything through a node whose limits are below the batches", async () => {
    const deadLetterPath = await mkdtemp(join(tmpdir(), "elastic-narrow-"));
    onTestFinished(() => rm(deadLetterPath, { recursive: true, force: true }));
    const delivery = { batchSize: 1000, maxRetries: 100 };
    const host = await openFastHost({ url: narrow.url, index: "halved", deadLetterPath, delivery });
    await publishAll(host, generated(3000));
    await host.settled();
    expect(statusOf(host)).toMatchObject({ queued: 0, counts: { delivered: 3000 } });
    expect(statusOf(host).counts.attempts["too-large"]).toBeGreaterThan(0);
    expect(await countOf(narrow.url, "halved")).toBe(3000);
    await host.stop();
  });

  it("asks for smaller batches when one alone trips the breaker of requests under way", async () => {
    const { send } = await open({ index: "tripped" });
    await setCluster({ "network.breaker.inflight_requests.limit": "20kb" });
    const events = generated(30);
    expect(await send(events)).toMatchObject({
      kind: "too-large",
      reason: expect.stringContaining("429 circuit_breaking_exception"),
    });
    expect(await send(events.slice(0, 4))).toEqual({ kind: "accepted" });
  });

  it("asks for smaller batches when the body is over the node's limit, packed or not", async () => {
    const { send } = await open({ url: narrow.url, index: "large" });
    const events = generated(1000);
    expect(await send(events)).toMatchObject({ kind: "too-large", reason: expect.stringContaining("413") });
    const packed = { transform: gzipSync, contentEncoding: "gzip" } as const;
    expect(await send(events, packed)).toMatchObject({ kind: "too-large" });
    expect(await send(events.slice(0, 100), packed)).toEqual({ kind: "accepted" });
  });

  it.each([
    { what: "has no line break at its end", body: `${ACTION}\n${DOCUMENT}` },
    { what: "is empty", body: "" },
    { what: "names an unknown action", body: `{"nosuch":{}}\n${DOCUMENT}\n` },
    { what: "has a broken action line", body: `${ACTION}\n${DOCUMENT}\n{"create": \n${DOCUMENT}\n` },
    { what: "has an id that is too long", body: `{"create":{"_id":"${"x".repeat(600)}"}}\n${DOCUMENT}\n` },
  ])("rejects the whole request when it $what, for the framework to find the event", async ({ body }) => {
    const { sendBody } = await open({ index: "malformed" });
    expect(await sendBody(body, 1)).toMatchObject({ kind: "rejected", reason: expect.stringMatching(/^400 /) });
  });

  it("suspends when the content type is refused", async () => {
    const { send } = await open({ index: "media-type" });
    expect(await send(generated(1), { contentType: "text/plain" })).toMatchObject({
      kind: "suspend",
      reason: expect.stringContaining("406 Content-Type header [text/plain] is not supported"),
    });
  });

  it("retries when the connection ends without an answer", async () => {
    const { send } = await open({ index: "not-gzip" });
    expect(await send(generated(1), { contentEncoding: "gzip" })).toMatchObject({ kind: "retry", ambiguous: true });
  });

  it("suspends when the pipeline is missing", async () => {
    const { send } = await open({ index: "piped", pipeline: "no such/pipeline" });
    expect(await send(generated(2))).toMatchObject({
      kind: "suspend",
      reason: expect.stringContaining("pipeline with id [no such/pipeline] does not exist"),
      fix: expect.stringContaining("Create the ingest pipeline"),
    });
  });

  // The processors of Elasticsearch are in no jar that can be fetched.
  it.runIf(peer === "os2")(
    "takes what a pipeline drops or renames for delivered, and rejects what it fails",
    async () => {
      await order(`${node.url}/_ingest/pipeline/choosy`, "PUT", {
        processors: [
          { drop: { if: "ctx.message == 'drop'" } },
          { fail: { if: "ctx.message == 'fail'", message: "refused" } },
          { set: { if: "ctx.message == 'rename'", field: "_id", value: "{{_id}}-renamed" } },
        ],
      });
      const { send } = await open({ index: "piped", pipeline: "choosy" });
      const messages = ["keep", "drop", "fail", "rename", "keep"];
      const events = generated(messages.length).map((event, index) => ({ ...event, message: messages[index] }));
      expect(await send(events)).toMatchObject({
        kind: "partial",
        failures: [{ index: 2, outcome: "rejected", reason: expect.stringMatching(/^the pipeline refused it/) }],
      });
      expect(await countOf(node.url, "piped")).toBe(3);
    },
  );

  it("suspends on a wrong credential and says so in its check", async () => {
    const authorization = `ApiKey ${Buffer.from("id:key").toString("base64")}`;
    const front = await startHttpFront({ targetPort: node.port, authorization });
    onTestFinished(() => front.close());
    const wrong = await open({ url: front.url, api_key: "id:other", index: "guarded" });
    expect(await wrong.send(generated(1))).toMatchObject({
      kind: "suspend",
      reason: expect.stringContaining("401 security_exception"),
      fix: expect.stringContaining("credential"),
    });
    const report = await wrong.sink.check?.(AbortSignal.timeout(10_000));
    expect(report?.steps.at(-1)).toMatchObject({ name: "credential", status: "failed" });

    const right = await open({ url: front.url, api_key: "id:key", index: "guarded" });
    expect(await right.send(generated(1))).toEqual({ kind: "accepted" });
  });

  it("names the product in its check, as far as the node tells, and finds the data stream", async () => {
    const { sink, send } = await open({ index: "arbitex-ocsf-checked", target: "data_stream" });
    const before = await sink.check?.(AbortSignal.timeout(10_000));
    expect(before && checkPassed(before)).toBe(true);
    expect(before?.steps.at(-1)).toMatchObject({ name: "target", status: "skipped" });
    await send(generated(1));
    const after = await sink.check?.(AbortSignal.timeout(10_000));
    expect(after?.steps.map(({ name, status }) => `${name} ${status}`)).toEqual([
      "connect passed",
      peer === "os2" ? "credential passed" : "credential skipped",
      "bulk passed",
      "privileges skipped",
      "target passed",
    ]);
    expect(after?.steps.at(-1)?.detail).toBe("data stream arbitex-ocsf-checked");
    expect(await ask(`${node.url}/_resolve/index/arbitex-ocsf-checked`)).toMatchObject({ indices: [] });
  });
});
