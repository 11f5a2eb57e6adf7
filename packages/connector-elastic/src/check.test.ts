import { once } from "node:events";
import { createServer } from "node:http";
import { startBulkSimulator } from "@arbitex/simulators";
import { createTestContext } from "@arbitex/testkit";
import { describe, expect, it, onTestFinished } from "vitest";
import { elastic } from "./index.ts";

type Answer = readonly [status: number, body: object | string, headers?: Readonly<Record<string, string>>];

const ROOT: Answer = [
  200,
  { version: { number: "8.19.21", build_flavor: "default" }, tagline: "You Know, for Search" },
];
const FORBIDDEN: Answer = [403, { error: { type: "security_exception", reason: "is unauthorized" }, status: 403 }];
const NO_HANDLER: Answer = [400, { error: "no handler found for uri [/_security/user/_has_privileges]" }];
const NO_EVENT: Answer = [
  400,
  { error: { type: "parse_exception", reason: "request body is required" }, status: 400 },
  { "x-elastic-product": "Elasticsearch" },
];
const BULK = "POST /arbitex-ocsf/_bulk";
const RIGHTS = "POST /_security/user/_has_privileges";
const RESOLVE = "GET /_resolve/index/arbitex-ocsf";

describe("the check's step connect", () => {
  it.each<[string, Answer, string]>([
    ["Elasticsearch 8.19.21", ROOT, "Elasticsearch 8.19.21"],
    ["serverless", [200, { version: { number: "8.11.0", build_flavor: "serverless" } }], "Elasticsearch Serverless"],
    ["OpenSearch 2.19.1", [200, { version: { number: "2.19.1", distribution: "opensearch" } }], "OpenSearch 2.19.1"],
    [
      "a node without this address",
      [405, { error: "Incorrect HTTP method", status: 405 }],
      "does not name its product",
    ],
  ])("passes and names %s", async (_, answer, detail) => {
    const steps = await check({ "GET /": answer });
    expect(steps[0]).toMatchObject({ name: "connect", status: "passed", detail: expect.stringContaining(detail) });
  });

  it.each<[string, Answer, string]>([
    ["a web page", [200, "<html>Welcome</html>"], "something else than a cluster"],
    ["Kibana", [302, "", { "kbn-name": "kibana", location: "/login" }], "This is Kibana"],
    ["a deployment that is gone", [404, { ok: false, message: "Unknown resource." }], "Check url or cloud_id"],
    ["a cluster that is down", [503, "<html>no server is available</html>"], "busy or down"],
    ["a redirect", [301, "", { location: "https://es.example.com/" }], "leads to https://es.example.com:"],
    ["a proxy that wants a certificate", [400, "No required SSL certificate was sent"], "set tls_cert"],
  ])("fails on %s and ends the check", async (_, answer, fix) => {
    expect(await check({ "GET /": answer })).toEqual([
      expect.objectContaining({ name: "connect", status: "failed", fix: expect.stringContaining(fix) }),
    ]);
  });

  it("fails when nobody listens", async () => {
    const { url, close } = await serve({});
    await close();
    expect(await checkAt({ url, api_key: "id:key" })).toEqual([
      expect.objectContaining({ name: "connect", status: "failed", detail: expect.stringContaining("ECONNREFUSED") }),
    ]);
  });

  it("says how to trust a certificate of one's own", async () => {
    const steps = await checkAt({ url: (await serve({})).url.replace("http:", "https:"), api_key: "id:key" });
    expect(steps[0]).toMatchObject({ status: "failed", fix: expect.stringContaining("no TLS on this port") });
  });
});

describe("the check's step credential", () => {
  it("fails on a wrong key", async () => {
    const simulator = await startBulkSimulator({ apiKey: "aWQ6a2V5" });
    onTestFinished(() => simulator.close());
    const steps = await checkAt({ ...simulator.config, api_key: "b3RoZXI6a2V5" });
    expect(steps.at(-1)).toMatchObject({ name: "credential", status: "failed", detail: expect.stringMatching(/401/) });
    expect(JSON.stringify(steps)).not.toContain("b3RoZXI6a2V5");
  });

  it("passes for a key that may not even read the version", async () => {
    const steps = await check({ "GET /": FORBIDDEN });
    expect(steps[1]).toMatchObject({
      name: "credential",
      status: "passed",
      detail: expect.stringMatching(/^recognised/),
    });
  });

  it("fails on a 403 of somebody else", async () => {
    const steps = await check({ "GET /": [403, { Message: "User: anonymous is not authorized" }] });
    expect(steps.at(-1)).toMatchObject({ name: "credential", status: "failed", fix: expect.stringMatching(/Amazon/) });
  });
});

describe("the check's step bulk", () => {
  it("passes where the bulk API misses the events", async () => {
    const steps = await check({});
    expect(steps[2]).toMatchObject({
      name: "bulk",
      status: "passed",
      detail: expect.stringMatching(/body is required/),
    });
  });

  it("passes where a look-alike takes nothing for an answer", async () => {
    const steps = await check({ [BULK]: [200, { items: [] }] });
    expect(steps[2]).toMatchObject({ name: "bulk", status: "passed" });
  });

  it.each<[string, Answer, RegExp]>([
    ["a page", [200, "<html>Welcome</html>"], /before it/],
    ["a proxy that refuses everything", [400, "<h1>400</h1>The SSL certificate error"], /has expired/],
    ["a service that knows no bulk", [404, { message: "not found" }], /check url/],
    ["a service that forbids everything", [403, { message: "no" }], /check url/],
    ["a redirect", [308, "", { location: "https://es.example.com/" }], /leads to https:\/\/es\.example\.com:/],
    ["a cluster that takes nothing now", [503, ""], /takes nothing now/],
  ])("fails on %s, whatever else answered", async (_, answer, fix) => {
    const steps = await check({ "GET /": [405, { error: "Incorrect HTTP method", status: 405 }], [BULK]: answer });
    expect(steps.at(-1)).toMatchObject({ name: "bulk", status: "failed", fix: expect.stringMatching(fix) });
  });
});

describe("the check's step privileges", () => {
  it.each([
    ["passes with both rights", { create_doc: true, auto_configure: true }, "passed", "create_doc and auto_configure"],
    [
      "passes without the right to create the stream",
      { create_doc: true, auto_configure: false },
      "passed",
      "has to exist",
    ],
    ["fails without the right to write", { create_doc: false, auto_configure: true }, "failed", "lacks create_doc"],
  ])("%s", async (_, rights, status, detail) => {
    const steps = await check({ [RIGHTS]: [200, { has_all_requested: false, index: { "arbitex-ocsf": rights } }] });
    expect(steps[3]).toMatchObject({ name: "privileges", status, detail: expect.stringContaining(detail) });
  });

  it("is skipped where it cannot be asked", async () => {
    const steps = await check({ [RIGHTS]: NO_HANDLER });
    expect(steps[3]).toMatchObject({ name: "privileges", status: "skipped" });
  });
});

describe("the check's step target", () => {
  const open = { indices: [{ name: "arbitex-ocsf", attributes: ["open"] }], aliases: [], data_streams: [] };
  const stream = {
    indices: [],
    aliases: [],
    data_streams: [{ name: "arbitex-ocsf", backing_indices: [".ds-1", ".ds-2"], timestamp_field: "@timestamp" }],
  };
  const nothing = { indices: [], aliases: [], data_streams: [] };

  it.each<[string, Record<string, Answer>, object]>([
    ["passes on a data stream", { [RESOLVE]: [200, stream] }, { status: "passed", detail: "data stream arbitex-ocsf" }],
    [
      "passes on an index, and says that it is no data stream",
      { [RESOLVE]: [200, open] },
      { status: "passed", detail: "index arbitex-ocsf, not a data stream" },
    ],
    [
      "passes on an alias",
      { [RESOLVE]: [200, { ...nothing, aliases: [{ name: "arbitex-ocsf", indices: "audit-1" }] }] },
      { status: "passed", detail: "alias arbitex-ocsf, not a data stream" },
    ],
    [
      "fails on a closed index",
      { [RESOLVE]: [200, { ...open, indices: [{ name: "arbitex-ocsf", attributes: ["closed"] }] }] },
      { status: "failed", detail: "index arbitex-ocsf is closed" },
    ],
    [
      "fails when the newest index of a data stream is blocked",
      { [RESOLVE]: [200, stream], "GET /.ds-2/_settings/index.blocks.*": [200, blocked(".ds-2")] },
      { status: "failed", detail: "data stream arbitex-ocsf is blocked by index.blocks.write" },
    ],
    [
      "does not mind a block on reading",
      { [RESOLVE]: [200, open], "GET /arbitex-ocsf/_settings/index.blocks.*": [200, blocked("arbitex-ocsf", "read")] },
      { status: "passed" },
    ],
    ["is skipped before the first event (OpenSearch)", { [RESOLVE]: [200, nothing] }, { status: "skipped" }],
    ["is skipped before the first event", { [RESOLVE]: [404, { error: "x" }] }, { status: "skipped" }],
    ["is skipped when it may not be looked at", { [RESOLVE]: FORBIDDEN }, { status: "skipped" }],
  ])("%s", async (_, answers, step) => {
    expect((await check(answers)).at(-1)).toMatchObject({ name: "target", ...step });
  });
});

it("passes on a simulator of Elasticsearch", async () => {
  const simulator = await startBulkSimulator();
  onTestFinished(() => simulator.close());
  const steps = await checkAt(simulator.config);
  expect(steps.slice(0, 4).map(({ status }) => status)).toEqual(["passed", "passed", "passed", "passed"]);
});

function blocked(index: string, block = "write") {
  return { [index]: { settings: { [`index.blocks.${block}`]: "true" } } };
}

async function check(answers: Readonly<Record<string, Answer>>) {
  const { url } = await serve({ "GET /": ROOT, [BULK]: NO_EVENT, ...answers });
  return checkAt({ url, api_key: "id:key" });
}

async function checkAt(settings: object) {
  const context = createTestContext();
  onTestFinished(() => context.egress.close());
  const sink = await elastic.open(elastic.configSchema.parse(settings), context);
  const report = await sink.check?.(AbortSignal.timeout(10_000));
  return report?.steps ?? [];
}

/** A server that knows these answers, and no other address. */
async function serve(answers: Readonly<Record<string, Answer>>) {
  const server = createServer((request, response) => {
    const path = (request.url ?? "").replace(/\?.*$/, "");
    const [status, body, headers = {}] = answers[`${request.method} ${decodeURIComponent(path)}`] ?? NO_HANDLER;
    response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = () => new Promise((resolve) => server.close(resolve).closeAllConnections());
  onTestFinished(async () => void (await close()));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server does not listen on a port");
  return { url: `http://127.0.0.1:${address.port}`, close };
}
