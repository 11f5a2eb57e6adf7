import type { Batch, ConnectorContext, EventRecord, SendResult, Sink } from "@arbitex/core";
import { silentLogger } from "@arbitex/core";
import { createEventRecord } from "@arbitex/core/host";
import type { LogsIngestionSimulator, LogsIngestionSimulatorOptions } from "@arbitex/simulators";
import { createEventGenerator, startLogsIngestionSimulator } from "@arbitex/simulators";
import { createTestBatch, createTestContext } from "@arbitex/testkit";
import { describe, expect, it, onTestFinished } from "vitest";
import { allColumns } from "./columns.ts";
import { createSentinel, sentinel } from "./index.ts";
import { givenCredentialSchema, sentinelSchema } from "./schema.ts";

const never = new AbortController().signal;
const MINUTE = 60_000;

describe("sending to Azure", () => {
  it.each(["none", "gzip"] as const)(
    "stores each event whole, in declared columns (compression %s)",
    async (compression) => {
      const { sink, azure } = await setUp({ columns: allColumns.map(({ name }) => name) });
      const records = recordsOf(5);
      const batch = createTestBatch(sentinel, sink, records, { compression });
      expect(await sink.send(batch, never)).toEqual({ kind: "accepted" });
      expect(azure.stored).toEqual(
        records.map((record) => ({
          ...record.event(),
          TimeGenerated: new Date(record.time).toISOString(),
          event_uid: record.id,
          actor_org_uid: record.orgId,
          ...personOf(record),
        })),
      );
    },
  );

  it("sends a single event as a list too", async () => {
    const { sink, azure } = await setUp();
    await sink.send(batchOf(sink, 1), never);
    expect(azure.requests.at(-1)?.body).toMatch(/^\[\{.*\}\]$/);
    expect(azure.counts().stored).toBe(1);
  });

  it.each<[string, LogsIngestionSimulatorOptions, object, SendResult]>([
    ["a missing role", { hasRole: false }, {}, suspend(/Monitoring Metrics Publisher/)],
    ["another rule", {}, { dcr_immutable_id: "dcr-other" }, suspend(/dcr_immutable_id/)],
    ["another stream", {}, { stream_name: "Custom-Other" }, suspend(/stream_name/)],
    ["a wrong secret", {}, { client_secret: "wrong" }, suspend(/client_secret/)],
    ["another tenant", {}, { tenant_id: "other" }, suspend(/tenant_id/)],
    ["a used-up quota", { callsPerMinute: 0 }, {}, { kind: "retry", reason: anything(/429/), afterMs: 1000 }],
    ["a body that is too large", { maxBodyBytes: 1000 }, {}, { kind: "too-large", reason: anything(/413/) }],
    [
      "a page instead of an answer",
      { faults: "html" },
      {},
      { kind: "retry", reason: anything(/204/), ambiguous: true },
    ],
    ["an empty 200", { faults: "empty" }, {}, { kind: "retry", reason: anything(/204/), ambiguous: true }],
    ["a reset", { faults: "reset-after" }, {}, { kind: "retry", reason: anything(/./), ambiguous: true }],
    ["a busy service", { faults: "503" }, {}, { kind: "retry", reason: anything(/503/) }],
  ])("meets %s", async (_, options, config, verdict) => {
    const { sink } = await setUp(options, config);
    expect(await sink.send(batchOf(sink, 3), never)).toEqual(verdict);
  });
});

describe("a batch that Azure refuses under a code that no list knows", () => {
  const unknown = { error: { code: "SomethingNew", message: "No." } };
  const refused = { kind: "status", status: 400, body: JSON.stringify(unknown) } as const;

  it("is the fault of its events where an empty list is taken", async () => {
    const { sink, azure } = await setUp();
    azure.faults.script([refused]);
    expect(await sink.send(batchOf(sink, 2), never)).toEqual({
      kind: "rejected",
      reason: "HTTP 400 SomethingNew: No.",
      confirmed: true,
    });
    expect(azure.requests.at(-1)).toMatchObject({ body: "[]", status: 204 });
  });

  it("is kept where an empty list is refused as well", async () => {
    const { sink, azure } = await setUp();
    azure.faults.script([refused, refused]);
    expect(await sink.send(batchOf(sink, 2), never)).toEqual({
      kind: "suspend",
      reason: "HTTP 400 SomethingNew: No. (it refuses an empty list as well)",
      fix: expect.stringMatching(/dcr_immutable_id/),
    });
  });

  it("is kept while nothing can be known", async () => {
    const { sink, azure } = await setUp();
    azure.faults.script([refused, { kind: "status", status: 503 }, refused, { kind: "reset-before" }]);
    expect(await sink.send(batchOf(sink, 2), never)).toMatchObject({ kind: "retry" });
    expect(await sink.send(batchOf(sink, 2), never)).toMatchObject({ kind: "retry" });
  });
});

describe("the token", () => {
  it("is asked for once, also by many batches at a time", async () => {
    const { sink, tokenRequests } = await setUp();
    const results = await Promise.all(Array.from({ length: 10 }, () => sink.send(batchOf(sink, 2), never)));
    expect(results.every(({ kind }) => kind === "accepted")).toBe(true);
    expect(tokenRequests()).toBe(1);
  });

  it("is renewed before it ends, without holding up a batch", async () => {
    const { sink, clock, tokenRequests } = await setUp();
    await sink.send(batchOf(sink, 1), never);
    clock.now += 56 * MINUTE;
    expect(await sink.send(batchOf(sink, 1), never)).toEqual({ kind: "accepted" });
    clock.now += 10 * MINUTE;
    expect(await sink.send(batchOf(sink, 1), never)).toEqual({ kind: "accepted" });
    expect(tokenRequests()).toBe(2);
  });

  it("that cannot be renewed is used to its end, with a warning", async () => {
    const warnings: object[] = [];
    const logger = { ...silentLogger, warn: (facts: object) => warnings.push(facts) };
    const { sink, azure, clock } = await setUp({}, {}, { logger });
    await sink.send(batchOf(sink, 1), never);
    clock.now += 56 * MINUTE;
    azure.refuseCredentials(true);
    await sink.send(batchOf(sink, 1), never);
    await expect.poll(() => warnings.length).toBe(1);
    expect(warnings).toEqual([{ reason: anything(/AADSTS7000215/) }]);
  });

  it("that was revoked is replaced once, within the same attempt", async () => {
    const { sink, azure, tokenRequests } = await setUp();
    await sink.send(batchOf(sink, 1), never);
    azure.expireTokens();
    expect(await sink.send(batchOf(sink, 1), never)).toEqual({ kind: "accepted" });
    expect(tokenRequests()).toBe(2);
  });

  it("suspends when a new one is refused as well", async () => {
    const { sink, azure, tokenRequests } = await setUp();
    azure.faults.script([
      { kind: "status", status: 401 },
      { kind: "status", status: 401 },
    ]);
    expect(await sink.send(batchOf(sink, 1), never)).toMatchObject(suspend(/set cloud/));
    expect([tokenRequests(), azure.counts().stored]).toEqual([2, 0]);
  });

  it("is in no verdict, also when a page repeats the request", async () => {
    const { sink, azure } = await setUp();
    azure.faults.script([{ kind: "status", status: 400, body: "Authorization: Bearer simulated.ingestion.1" }]);
    expect(await sink.send(batchOf(sink, 1), never)).toEqual({
      kind: "rejected",
      reason: "HTTP 400: Authorization: Bearer [secret]",
      confirmed: false,
    });
  });

  it("is not waited for once the attempt is given up", async () => {
    const { sink } = await given(() => new Promise(() => undefined));
    const stop = new AbortController();
    const sending = sink.send(batchOf(sink, 1), stop.signal);
    stop.abort();
    expect(await sending).toMatchObject({ kind: "retry" });
  });
});

describe("a credential that is passed in code", () => {
  it("gives the tokens, for the scope of the cloud", async () => {
    const scopes: string[] = [];
    const { sink, azure } = await given(async (scope) => {
      scopes.push(scope);
      return { token: "given", expiresOnTimestamp: Date.now() + 60 * MINUTE };
    });
    expect(await sink.send(batchOf(sink, 2), never)).toEqual({ kind: "accepted" });
    expect(scopes).toEqual(["https://monitor.azure.com/.default"]);
    expect(azure.counts().requests).toBe(1);
  });

  it("suspends when it has no token, and is tried again when it throws", async () => {
    const empty = await given(async () => null);
    expect(await empty.sink.send(batchOf(empty.sink, 1), never)).toMatchObject(suspend(/passed in code/));
    const broken = await given(async () => Promise.reject(new Error("broken")));
    expect(await broken.sink.send(batchOf(broken.sink, 1), never)).toEqual({
      kind: "retry",
      reason: "no token: broken",
    });
  });
});

function suspend(fix: RegExp): SendResult {
  return { kind: "suspend", reason: anything(/./), fix: anything(fix) };
}

function anything(pattern: RegExp): string {
  return expect.stringMatching(pattern) as string;
}

function personOf(record: EventRecord): object {
  const { actor, src_endpoint } = record.event() as {
    actor: { user: { uid: string; name: string; email_addr: string } };
    src_endpoint: { ip: string };
  };
  const { uid, name, email_addr } = actor.user;
  return { actor_user_uid: uid, actor_user_name: name, actor_user_email: email_addr, src_ip: src_endpoint.ip };
}

function recordsOf(count: number): EventRecord[] {
  const events = createEventGenerator({ seed: 1 });
  return Array.from({ length: count }, () => createEventRecord(events.next()));
}

function batchOf(sink: Sink, count: number): Batch {
  return createTestBatch(sentinel, sink, recordsOf(count));
}

interface SetUp {
  readonly sink: Sink;
  readonly azure: LogsIngestionSimulator;
  readonly clock: { now: number };
  readonly tokenRequests: () => number;
}

async function setUp(
  options: LogsIngestionSimulatorOptions = {},
  change: object = {},
  overrides: Partial<ConnectorContext> = {},
): Promise<SetUp> {
  const clock = { now: Date.UTC(2026, 0, 15, 8) };
  const now = () => clock.now;
  const azure = await startLogsIngestionSimulator({ now, ...options });
  const context = createTestContext({ now, ...overrides });
  const sink = await sentinel.open(sentinelSchema.parse({ ...azure.config, ...change }), context);
  endWith(sink, context, azure);
  const tokenRequests = () => azure.requests.filter(({ path }) => path.endsWith("/oauth2/v2.0/token")).length;
  return { sink, azure, clock, tokenRequests };
}

type GetToken = (scope: string) => Promise<{ token: string; expiresOnTimestamp: number } | null>;

async function given(getToken: GetToken): Promise<Pick<SetUp, "sink" | "azure">> {
  const azure = await startLogsIngestionSimulator({ staticToken: "given" });
  const context = createTestContext({ now: Date.now });
  const { endpoint, dcr_immutable_id, stream_name } = azure.config;
  const config = givenCredentialSchema.parse({ endpoint, dcr_immutable_id, stream_name });
  const sink = await createSentinel({ credential: { getToken } }).open(config, context);
  endWith(sink, context, azure);
  return { sink, azure };
}

function endWith(sink: Sink, context: ConnectorContext, azure: LogsIngestionSimulator): void {
  onTestFinished(async () => {
    await sink.close?.();
    await context.egress.close();
    await azure.close();
  });
}
