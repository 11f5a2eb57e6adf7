import { gzipSync } from "node:zlib";
import { expect, it, onTestFinished } from "vitest";
import type { LogsIngestionSimulator, LogsIngestionSimulatorOptions } from "./logs-ingestion-simulator.ts";
import { startLogsIngestionSimulator } from "./logs-ingestion-simulator.ts";

const NOW = Date.UTC(2026, 0, 15, 8);
const STATIC = "static-token";
const recent = "2026-01-15T07:59:59.000Z";

it("issues a token for the secret, and takes a list with it: 204 and no body", async () => {
  const azure = await start();
  const token = await tokenFrom(azure);
  const reply = await post(azure, [{ TimeGenerated: recent, event_uid: "e1" }], { token });
  expect([reply.status, await reply.text()]).toEqual([204, ""]);
  expect(azure.stored).toEqual([{ TimeGenerated: recent, event_uid: "e1" }]);
  expect(azure.ids).toEqual(["e1"]);
});

it("takes gzip, an empty list and a lone object alike, and stores nothing of the last", async () => {
  const azure = await start();
  const packed = await post(azure, gzipSync(`[{"metadata":{"uid":"e1"}}]`), { encoding: "gzip" });
  const replies = [packed, await post(azure, []), await post(azure, { event_uid: "e2" }), await post(azure, "12")];
  expect(replies.map(({ status }) => status)).toEqual([204, 204, 204, 204]);
  expect(azure.ids).toEqual(["e1"]);
});

it("drops undeclared members, cuts long values and replaces strange times without a word", async () => {
  const azure = await start({ columns: ["TimeGenerated", "message", "unmapped"] });
  const long = "漢".repeat(30_000);
  const old = { TimeGenerated: "2026-01-12T00:00:00Z", message: long, secret_sauce: 1, unmapped: { a: 1 } };
  const replies = await Promise.all([post(azure, [old]), post(azure, [{ TimeGenerated: "2026-01-17T00:00:00Z" }])]);
  expect(replies.map(({ status }) => status)).toEqual([204, 204]);
  expect(azure.stored).toHaveLength(2);
  const row = azure.stored.find((stored) => "message" in stored);
  expect(row).toEqual({
    TimeGenerated: new Date(NOW).toISOString(),
    message: expect.stringMatching(/^漢+/),
    unmapped: { a: 1 },
  });
  expect(Buffer.byteLength(String(row?.["message"]))).toBeLessThanOrEqual(64 * 1024 + 3);
});

it("keeps an event twice when it comes twice, and counts the repeat", async () => {
  const azure = await start();
  for (const _ of [1, 2]) await post(azure, [{ event_uid: "e1" }]);
  expect(azure.counts()).toMatchObject({ stored: 1, repeated: 1 });
  expect(azure.ids).toEqual(["e1", "e1"]);
});

it.each<[string, Change, number, string]>([
  ["no token", { token: "" }, 401, "InvalidToken"],
  ["a token of somebody else", { token: "stolen" }, 401, "InvalidToken"],
  ["another rule", { path: "/dataCollectionRules/dcr-other/streams/Custom-ArbitexAuditLogs" }, 404, "NotFound"],
  ["another stream", { stream: "Custom-Other" }, 400, "InvalidStream"],
  ["another version", { version: "2021-11-01" }, 400, "UnsupportedApiVersion"],
  ["an empty body", { body: "" }, 500, "InternalServerError"],
  ["a cut body", { body: "[{" }, 400, "InvalidRequestContent"],
  ["a large body", { body: " ".repeat(1_048_577) }, 413, "ContentLengthLimitExceeded"],
  [
    "a small body that unpacks to a large one",
    { body: gzipSync(" ".repeat(1_048_577)), encoding: "gzip" },
    413,
    "ContentLengthLimitExceeded",
  ],
])("refuses %s", async (_, { body = "[]", ...change }, status, code) => {
  const azure = await start();
  const reply = await post(azure, body, change);
  expect([reply.status, reply.headers.get("x-ms-error-code")]).toEqual([status, code]);
  expect(await reply.json()).toMatchObject({ error: { code } });
});

it("wants the role on the rule, and takes events once it is given", async () => {
  const azure = await start({ hasRole: false });
  const refused = await post(azure, []);
  expect([refused.status, refused.headers.get("x-ms-error-code")]).toEqual([403, "OperationFailed"]);
  azure.setRole(true);
  expect((await post(azure, [])).status).toBe(204);
});

it("answers 429 with Retry-After beyond the quota, until the next minute", async () => {
  let now = NOW;
  const azure = await start({ callsPerMinute: 2, now: () => now });
  const statuses = [];
  for (const _ of [1, 2, 3]) statuses.push((await post(azure, [])).status);
  const refused = await post(azure, []);
  now += 60_000;
  expect([...statuses, refused.headers.get("retry-after"), (await post(azure, [])).status]).toEqual([
    204,
    204,
    429,
    "1",
    204,
  ]);
});

it("refuses a body with a poisoned event as a whole", async () => {
  const azure = await start();
  azure.poison("bad");
  expect((await post(azure, [{ event_uid: "good" }, { event_uid: "bad" }])).status).toBe(400);
  expect((await post(azure, [{ event_uid: "good" }])).status).toBe(204);
  expect(azure.ids).toEqual(["good"]);
});

it("counts without parsing when only numbers are kept", async () => {
  const azure = await start({ keep: "count" });
  const events = [
    { event_uid: "e1", text: "}{" },
    { event_uid: "e2", metadata: { uid: "e2" } },
  ];
  await post(azure, events);
  await post(azure, [{ metadata: { uid: "e1" } }]);
  expect(azure.counts()).toMatchObject({ stored: 2, repeated: 1 });
});

it.each<[string, Readonly<Record<string, string>>, number, number]>([
  ["a wrong secret", { client_secret: "wrong" }, 401, 7_000_215],
  ["an unknown client", { client_id: "other" }, 400, 700_016],
  ["an unknown tenant", { tenant: "other" }, 400, 90_002],
  ["a wrong scope", { scope: "https://example.com/.default" }, 400, 70_011],
])("issues no token for %s", async (_, change, status, code) => {
  const reply = await askForToken(await start(), change);
  expect(reply.status).toBe(status);
  expect(await reply.json()).toMatchObject({
    error_codes: [code],
    error_description: expect.stringMatching(/^AADSTS/),
  });
});

it("refuses tokens that have expired, that were revoked, and while it refuses the credential", async () => {
  let now = NOW;
  const azure = await start({ tokenSeconds: 60, now: () => now });
  const token = await tokenFrom(azure);
  const status = async (given = token) => (await post(azure, [], { token: given })).status;
  expect(await status()).toBe(204);
  now += 60_000;
  expect(await status()).toBe(401);
  const second = await tokenFrom(azure);
  azure.expireTokens();
  expect(await status(second)).toBe(401);
  azure.refuseCredentials(true);
  expect([(await askForToken(azure)).status, await status(STATIC)]).toEqual([401, 401]);
  azure.refuseCredentials(false);
  expect(await status(STATIC)).toBe(204);
});

it("shows the rule to those who may read it", async () => {
  const azure = await start({ columns: ["TimeGenerated", "message"] });
  const headers = { authorization: `Bearer ${STATIC}`, "content-type": "application/json" };
  const query = `resources | where properties.immutableId =~ '${String(azure.config["dcr_immutable_id"])}'`;
  const graph = `${azure.url}/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01`;
  const found = await fetch(graph, { method: "POST", headers, body: JSON.stringify({ query }) });
  expect(await found.json()).toMatchObject({ data: [{ id: expect.stringMatching(/^\/subscriptions\//) }] });
  const other = await fetch(graph, { method: "POST", headers, body: JSON.stringify({ query: "'dcr-other'" }) });
  expect(await other.json()).toMatchObject({ data: [] });
});

async function start(options: LogsIngestionSimulatorOptions = {}): Promise<LogsIngestionSimulator> {
  const azure = await startLogsIngestionSimulator({ now: () => NOW, staticToken: STATIC, ...options });
  onTestFinished(() => azure.close());
  return azure;
}

interface Change {
  readonly body?: string | Buffer;
  readonly token?: string;
  readonly path?: string;
  readonly stream?: string;
  readonly version?: string;
  readonly encoding?: string;
}

function post({ url, config }: LogsIngestionSimulator, body: unknown, change: Change = {}): Promise<Response> {
  const { token = STATIC, stream = String(config["stream_name"]), version = "2023-01-01", encoding } = change;
  const path = change.path ?? `/dataCollectionRules/${String(config["dcr_immutable_id"])}/streams/${stream}`;
  return fetch(`${url}${path}?api-version=${version}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      ...(encoding !== undefined && { "content-encoding": encoding }),
    },
    body: typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  });
}

function askForToken(
  { url, config }: LogsIngestionSimulator,
  { tenant = String(config["tenant_id"]), ...change }: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const form = {
    client_id: String(config["client_id"]),
    client_secret: String(config["client_secret"]),
    grant_type: "client_credentials",
    scope: "https://monitor.azure.com/.default",
    ...change,
  };
  return fetch(`${url}/${tenant}/oauth2/v2.0/token`, { method: "POST", body: new URLSearchParams(form) });
}

async function tokenFrom(azure: LogsIngestionSimulator): Promise<string> {
  const reply: unknown = await (await askForToken(azure)).json();
  return (reply as { access_token: string }).access_token;
}
