import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEventGenerator } from "@arbitex/simulators";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConsoleAnswer, ConsoleServer } from "./console-server.ts";
import { startConsoleServer } from "./console-server.ts";
import { ask, countOf, order } from "./elastic-driver.ts";
import { useFreshDatabase } from "./postgres/fresh-database.ts";
import { pythonKeys } from "./python-fernet.ts";
import type { SearchPeer } from "./search-peer.ts";
import { startSearchPeer } from "./search-peer.ts";
import { freePort } from "./syslog/receiver-process.ts";
import { until } from "./until.ts";

const ORG = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001";
const INDEX = "acme-audit";
const KEY = "canary-id:canary-secret-0123456789";
const CONFIGS = "/v1/org/siem-configs";
const EVENTS = 120;
const db = useFreshDatabase(pythonKeys(1));

let folder: string;
let node: SearchPeer;
let server: ConsoleServer;
let answers: unknown[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "console-connect-"));
  node = await startSearchPeer({ peer: "es8" });
});
afterAll(async () => {
  server?.running.process.kill("SIGKILL");
  await server?.running.finished;
  await node?.stop();
  await rm(folder, { recursive: true });
});

/** The session of a set-up link, as a browser holds it. */
async function signedIn(): Promise<
  (method: string, path: string, body?: object, lines?: boolean) => Promise<ConsoleAnswer>
> {
  const { answer } = await db.command(["setup-links", "create", "--org", ORG, "--name", "Ada"]);
  const { cookie, json } = await server.call("POST", "/v1/sign-in", { body: { setup_token: answer.token } });
  return async (method, path, body, lines = false) => {
    const given = { cookie, csrf: json.csrf_token, lines, ...(body !== undefined && { body }) };
    const found = await server.call(method, path, given);
    answers.push(found.json);
    return found;
  };
}

async function publish(): Promise<void> {
  const { answer } = await db.command(["tokens", "create", "--scope", "ingest"]);
  const generator = createEventGenerator({ seed: 11, orgIds: [ORG] });
  const body = Array.from({ length: EVENTS }, () => ({ ...generator.next() }));
  // A server hears of a new token by a notice.
  const isTaken = async () => (await server.call("POST", "/v1/events", { token: answer.token, body })).status === 202;
  await until(isTaken, { what: "the token", limitMs: 60_000 });
}

describe("Elasticsearch 8.19, connected from a set-up link by what the console calls, with worker threads", () => {
  it("is prepared by the kit, tested step by step, sent one event, and then receives events", async () => {
    answers = [];
    await db.command(["db", "migrate"]);
    const environment = { ...db.environment(), SIEM_CONFIG: join(import.meta.dirname, "postgres/reach-loopback.yaml") };
    server = await startConsoleServer(environment, folder, ["--workers", "2"]);
    const call = await signedIn();
    const config = { url: node.url, api_key: KEY, index: INDEX };

    const kit = await call("POST", "/v1/org/siem-connectors/elastic/setup", { config });
    const template = kit.json.files.find(({ name }: { name: string }) => name === "index-template.json");
    expect(template.filled).toEqual(["index"]);
    await order(`${node.url}/_index_template/${INDEX}`, "PUT", JSON.parse(template.content));

    const nowhere = { ...config, url: `http://127.0.0.1:${await freePort()}` };
    const refused = await call("POST", `${CONFIGS}/test`, { connector_type: "elastic", config: nowhere }, true);
    expect(refused.json).toEqual([
      { step: expect.objectContaining({ name: "connect", status: "failed", fix: expect.any(String) }) },
      { passed: false },
    ]);
    expect(refused.json[0].step.exchange.failure).toContain("ECONNREFUSED");

    const tested = await call("POST", `${CONFIGS}/test`, { connector_type: "elastic", config }, true);
    const names = tested.json.flatMap(({ step }: { step?: { name: string } }) =>
      step === undefined ? [] : [step.name],
    );
    expect(names.slice(0, 2)).toEqual(["connect", "answer"]);
    expect(tested.json.at(-1)).toEqual({ passed: true });

    const one = await call("POST", `${CONFIGS}/test-event`, { connector_type: "elastic", config });
    expect(one.json).toMatchObject({ delivered: true, verdict: { kind: "accepted" } });
    const [{ request, answer }] = one.json.exchanges;
    expect(request.url).toContain(`${node.url}/${INDEX}/_bulk`);
    expect(request.body).toContain("This is a test event");
    expect([answer.status, JSON.parse(answer.body).items[0].create.status]).toEqual([200, 201]);
    await order(`${node.url}/${INDEX}/_refresh`, "POST");
    const found = await ask(`${node.url}/${INDEX}/_search`);
    expect(JSON.stringify(found)).toContain("This is a test event");

    const created = await call("POST", CONFIGS, { connector_type: "elastic", name: "SOC", config });
    expect(created.status).toBe(201);
    await publish();
    const delivered = async () => {
      await order(`${node.url}/${INDEX}/_refresh`, "POST");
      return Number(await countOf(node.url, INDEX)) > EVENTS;
    };
    await until(delivered, { what: "the events", limitMs: 60_000 });
    const { json } = await call("GET", `${CONFIGS}/${created.json.id}/attempts`);
    const whole = json.attempts.find(({ exchange }: { exchange: unknown }) => exchange !== null);
    expect(whole).toMatchObject({ verdict: "accepted", exchange: { answer: { status: 200 } } });
    const overview = await call("GET", "/v1/org/overview");
    expect(overview.json.destinations).toMatchObject([{ name: "SOC", health: "healthy", queued: 0, paused: false }]);

    expect(JSON.stringify(answers)).not.toContain("canary-secret");
    expect(JSON.stringify(answers)).not.toContain(Buffer.from(KEY).toString("base64"));
  });
});
