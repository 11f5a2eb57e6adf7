import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EventRecord, SendResult, Sink } from "@arbitex/core";
import { createEventRecord } from "@arbitex/core/host";
import type { ChronicleSimulator, ChronicleSimulatorOptions } from "@arbitex/simulators";
import { createEventGenerator, startChronicleSimulator } from "@arbitex/simulators";
import { createTestBatch, createTestContext } from "@arbitex/testkit";
import { describe, expect, it, onTestFinished } from "vitest";
import { googleSecOps } from "./index.ts";

const never = new AbortController().signal;

describe("importing logs", () => {
  it("stores every event as it came, for the forwarder and the namespace", async () => {
    const { chronicle, send } = await setUp({}, { forwarder: "f1", namespace: "acme" });
    const records = recordsOf(5);
    expect(await send(records)).toEqual({ kind: "accepted" });
    expect(chronicle.stored.map(({ data }) => data)).toEqual(records.map(({ json }) => json));
    expect(chronicle.stored[0]).toMatchObject({
      logEntryTime: new Date(records[0]?.time ?? 0).toISOString(),
      namespace: "acme",
      forwarder: expect.stringMatching(/^projects\/.*\/forwarders\/f1$/),
    });
  });

  it("asks for one token for many batches", async () => {
    const { chronicle, send } = await setUp({ now: Date.now });
    await Promise.all([send(recordsOf(2)), send(recordsOf(2)), send(recordsOf(2))]);
    expect(chronicle.requests.filter(({ path }) => path === "/token")).toHaveLength(1);
  });

  it("gets a new token where the old one is refused, within the attempt", async () => {
    const { chronicle, send } = await setUp();
    await send(recordsOf(1));
    chronicle.expireTokens();
    expect(await send(recordsOf(1))).toEqual({ kind: "accepted" });
    expect(chronicle.stored).toHaveLength(2);
  });

  it.each<[string, ChronicleSimulatorOptions, object, SendResult["kind"], RegExp]>([
    ["a missing role", { mayImport: false }, {}, "suspend", /chronicle\.logs\.import/],
    ["a log type that does not exist", {}, { log_type: "NO_SUCH_TYPE" }, "suspend", /log_type/],
    ["a project of another customer", {}, { project_id: "another" }, "suspend", /chronicle\.logs\.import/],
    ["a body over the limit", { maxBodyBytes: 1000 }, {}, "too-large", /payload size/],
    ["an overload", { faults: "429" }, {}, "retry", /RESOURCE_EXHAUSTED/],
    ["a page", { faults: "html" }, {}, "retry", /unintelligible/],
  ])("meets %s", async (_, options, change, kind, text) => {
    const { send } = await setUp(options, change);
    const verdict = await send(recordsOf(3));
    expect(verdict.kind).toBe(kind);
    expect(JSON.stringify(verdict)).toMatch(text);
    expect(JSON.stringify(verdict)).not.toMatch(/ya29\.|BEGIN/);
  });

  it("keeps the events while the account is refused, and says what to do", async () => {
    const { chronicle, send } = await setUp();
    chronicle.refuseCredentials(true);
    expect(await send(recordsOf(1))).toEqual({
      kind: "suspend",
      reason: "no token: HTTP 400 invalid_grant: Invalid grant: account not found",
      fix: expect.stringMatching(/service_account_key/),
    });
  });
});

describe("workload identity federation", () => {
  it.each<[string, string, object]>([
    ["a text", "simulated-subject-token\n", {}],
    ["JSON", '{"jwt":"simulated-subject-token"}', { format: { type: "json", subject_token_field_name: "jwt" } }],
  ])("exchanges the token of a file that holds %s", async (_, text, more) => {
    const file = await fileWith(text);
    const { chronicle, send } = await federated(() => ({ file, ...more }));
    expect(await send(recordsOf(1))).toEqual({ kind: "accepted" });
    expect(chronicle.requests.map(({ path }) => path.split("/").at(-1))).toEqual([
      "token",
      expect.stringMatching(/:generateAccessToken$/),
      "logs:import",
    ]);
  });

  it("exchanges the token of a URL", async () => {
    const issuer = createServer((request, response) => {
      response.end(request.headers["metadata"] === "true" ? "simulated-subject-token" : "");
    });
    await new Promise<void>((resolve) => issuer.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void issuer.close());
    const address = issuer.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const source = { url: `http://127.0.0.1:${port}/`, headers: { metadata: "true" } };
    const { send } = await federated(() => source);
    expect(await send(recordsOf(1))).toEqual({ kind: "accepted" });
  });

  it.each<[string, string, object, RegExp]>([
    ["no file", "", { file: "/no/such/token" }, /\/no\/such\/token cannot be read/],
    ["an empty file", "", {}, /holds no subject token/],
    ["JSON without the field", "{}", { format: { type: "json", subject_token_field_name: "jwt" } }, /under jwt/],
    ["a token that the pool does not trust", "another", {}, /attribute condition/],
  ])("suspends on %s", async (_, text, more, reason) => {
    const file = await fileWith(text);
    const { send } = await federated(() => ({ file, ...more }));
    expect(await send(recordsOf(1))).toMatchObject({
      kind: "suspend",
      reason: expect.stringMatching(reason),
      fix: expect.any(String),
    });
  });
});

async function federated(source: () => object) {
  const chronicle = await startChronicleSimulator();
  onTestFinished(() => chronicle.close());
  const { service_account_key: _, ...rest } = chronicle.config;
  const settings = { ...rest, workload_identity: chronicle.workloadIdentity(source()) };
  return { chronicle, ...openSink(settings) };
}

async function setUp(options: ChronicleSimulatorOptions = {}, change: object = {}) {
  const chronicle: ChronicleSimulator = await startChronicleSimulator(options);
  onTestFinished(() => chronicle.close());
  return { chronicle, ...openSink({ ...chronicle.config, ...change }) };
}

function openSink(settings: object): { readonly send: (records: readonly EventRecord[]) => Promise<SendResult> } {
  const context = createTestContext({ now: Date.now });
  onTestFinished(() => context.egress.close());
  const config = googleSecOps.configSchema.parse(settings);
  const opening = Promise.resolve<Sink>(googleSecOps.open(config, context));
  return {
    async send(records) {
      const sink = await opening;
      return sink.send(createTestBatch(googleSecOps, sink, records, { config }), never);
    },
  };
}

async function fileWith(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "subject-token-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "token");
  await writeFile(file, text);
  return file;
}

function recordsOf(count: number): EventRecord[] {
  const events = createEventGenerator({ seed: 1 });
  return Array.from({ length: count }, () => createEventRecord(events.next()));
}
