import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CheckReport, OnStep } from "@arbitex/core";
import { Secret, silentLogger } from "@arbitex/core";
import type { Destination, Host } from "@arbitex/core/host";
import { createHost } from "@arbitex/core/host";
import type { Caller } from "../src/access/access.ts";
import type { ApiOptions } from "../src/api/api-options.ts";
import { ownView } from "../src/cluster/destination-view.ts";
import type { AppliedListener, Running } from "../src/organisations/tenants/running.ts";
import type { HttpServer } from "../src/service/server.ts";
import type { ServerOptions } from "../src/service/server-options.ts";
import { createServer } from "../src/service/server.ts";
import { createFileArchive } from "../src/dead-letters/file-archive.ts";
import { watchAnswers } from "./described-answers.ts";
import { createMemoryAccess } from "./memory-access.ts";
import type { MemoryConfigs } from "./memory-configs.ts";
import { createMemoryConfigs } from "./memory-configs.ts";
import { tenantDestination } from "../src/organisations/tenants/tenant-destination.ts";
import type { TestSiem } from "./test-connectors.ts";
import { acmeConnector, createTestSiem, registryOf } from "./test-connectors.ts";

export const ORG_A = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de00a";
export const ORG_B = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de00b";

const callers: Readonly<Record<string, Caller>> = {
  siem_admin: { name: "root", scopes: [{ kind: "admin" }] },
  siem_a: { name: "ada", scopes: [{ kind: "org", orgId: ORG_A }] },
  siem_b: { name: "bob", scopes: [{ kind: "org", orgId: ORG_B }] },
  siem_both: {
    name: "cat",
    scopes: [
      { kind: "org", orgId: ORG_A },
      { kind: "org", orgId: ORG_B },
    ],
  },
  /** Stands for the session of a set-up link, which no bearer token has. */
  siem_setup: { name: "link", scopes: [{ kind: "setup", orgId: ORG_A }] },
  siem_ingest: { name: "platform", scopes: [{ kind: "ingest" }] },
};

export type Token = "siem_admin" | "siem_a" | "siem_b" | "siem_both" | "siem_setup" | "siem_ingest" | "siem_revoked";

/** What the server asked of the running destinations, in order: `reconcile`, `removing deliver`. */
export interface TestRunning extends Running {
  readonly asked: string[];
  live: Running["statusOf"];
  failure: Error | undefined;
  /** As if the row had been applied, whoever changed it. */
  applied: AppliedListener;
}

export interface ApiServer {
  readonly server: HttpServer;
  readonly host: Host;
  readonly configs: MemoryConfigs;
  readonly running: TestRunning;
  readonly siem: TestSiem;
  readonly folder: string;
  readonly failures: Error[];
  call(method: Method, url: string, request?: Request): ReturnType<typeof callServer>;
  /** The events that the global destination received, parsed. */
  events(): Promise<readonly Record<string, unknown>[]>;
  close(): Promise<void>;
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

interface Request {
  /** A `Token`, another text, or nothing at all when it is empty. */
  readonly token?: string | undefined;
  /** An object is sent as JSON, a text as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly remoteAddress?: string;
}

/** A server with the API over a host that has one global destination, `soc`. */
export async function startApi(
  options: Omit<Partial<ServerOptions>, "api"> & { readonly api?: Partial<ApiOptions> } = {},
): Promise<ApiServer> {
  const folder = await mkdtemp(join(tmpdir(), "api-"));
  const siem = createTestSiem();
  const acme = acmeConnector(siem);
  const registry = registryOf([acme]);
  const config = acme.configSchema.parse({ url: "https://acme.example", token: "global-secret" });
  const destinations = [{ id: "soc", connector: acme, config, delivery: { flushIntervalMs: 0 } }];
  const intakeLimits = { maxEventBytes: 10_000, maxDepth: 16 };
  const host = await createHost({ destinations, deadLetterPath: folder, intakeLimits, keepRecentEvents: true });
  const configs = createMemoryConfigs();
  const running = testRunning();
  const failures: Error[] = [];
  const server = createServer({
    host,
    intakeLimits,
    maxBodyBytes: 100_000,
    ingestToken: new Secret("ingest-token"),
    authenticate: async (bearer) => callers[bearer],
    logger: silentLogger,
    onFailure: (error) => void failures.push(error),
    ...options,
    api: {
      configs,
      running,
      destinationOf: (row) => tenantDestination(row, registry),
      registry,
      view: ownView,
      host: {
        status: () => host.status(),
        statusOf: (id) => host.statusOf(id),
        destinationOf: (id) => host.destinationOf(id),
        waitingDeadLetters: () => host.waitingDeadLetters(),
        deadLettersOf: (orgId) => host.deadLettersOf(orgId),
        check: (id) => host.check(id),
        publish: (events, how) => host.publish(events, how),
        checkDestination,
        checkpointsOf: (id, limit) => host.checkpointsOf(id, limit),
        sendTrial: (destination, event) => host.sendTrial(destination, event),
        attemptsOf: (id) => host.attemptsOf(id),
        queueTrouble: () => host.queueTrouble(),
        explain: (destination, record) => host.explain(destination, record),
        tap: (how) => host.tap(how),
        recentEvents: (orgId) => host.recentEvents(orgId),
        redactedFor: (orgId, redact) => host.redactedFor(orgId, redact),
      },
      deadLetters: createFileArchive({ destinations, deadLetterPath: folder, maxDeadLetterBytesPerOrg: undefined }),
      settings: {
        intakeLimits,
        egress: { guard: "off" },
        redaction: { key: undefined, ofOrganisations: [] },
        queue: { store: "memory", path: folder },
        console: { url: undefined, frameAncestors: [] },
      },
      ...createMemoryAccess(),
      activity: { of: () => undefined, silenceOf: () => undefined },
      tokens: { list: async () => [], revoke: async () => undefined },
      ...options.api,
    },
  });
  const assertDescribed = watchAnswers(server.app);
  return {
    server,
    host,
    configs,
    running,
    siem,
    folder,
    failures,
    call: (method, url, request = {}) => callServer(server, method, url, request),
    async events() {
      await host.settled();
      return siem.sent.filter(({ destination }) => destination === "soc").map(({ json }) => JSON.parse(json));
    },
    async close() {
      await server.close();
      await host.stop({ deadlineMs: 0 });
      await rm(folder, { recursive: true });
      assertDescribed();
    },
  };
}

async function callServer(server: HttpServer, method: Method, url: string, request: Request) {
  const { token = "siem_a", body, headers, remoteAddress } = request;
  const type = body === undefined ? {} : { "content-type": "application/json" };
  const authorization = token === "" ? {} : { authorization: `Bearer ${token}` };
  const reply = await server.app.inject({
    method,
    url,
    headers: { ...authorization, ...type, ...headers },
    ...(remoteAddress !== undefined && { remoteAddress }),
    ...(body !== undefined && { payload: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = reply.payload;
  return { status: reply.statusCode, headers: reply.headers, text, json: text === "" ? undefined : parsed(text) };
}

// oxlint-disable-next-line typescript/no-explicit-any -- a test says itself what it expects of an answer
function parsed(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function checkDestination(destination: Destination, onStep?: OnStep): Promise<CheckReport> {
  const host = await createHost({ destinations: [], egress: { guard: "off" } });
  const report = await host.checkDestination(destination, onStep);
  await host.stop({ deadlineMs: 0 });
  return report;
}

function testRunning(): TestRunning {
  const asked: string[] = [];
  const running: TestRunning = {
    asked,
    live: () => undefined,
    failure: undefined,
    statusOf: (id) => running.live(id),
    countsOf: () => undefined,
    appliedVersion: () => undefined,
    problem: () => undefined,
    async reconcile(id) {
      asked.push(`reconcile ${id}`);
      if (running.failure !== undefined) throw running.failure;
    },
    onApplied(listener) {
      running.applied = listener;
    },
    applied: () => undefined,
    removing(id, leftover) {
      asked.push(`removing ${id} ${leftover}`);
      return () => void asked.push(`not removing ${id}`);
    },
  };
  return running;
}
