import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEventGenerator } from "@arbitex/simulators";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Running } from "./command.ts";
import { run, start } from "./command.ts";

const ORG = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001";
/** Tries settings that it does not save. */
const OTHER = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de002";
const CONFIGS = "/v1/org/siem-configs";

/** Every secret that anybody gives the server in this test: long, of one shape, and each its own. */
const canaries: string[] = [];
function canary(): string {
  const value = `cAnArY${randomUUID().replaceAll("-", "")}`;
  canaries.push(value);
  return value;
}

/** A SIEM that repeats whatever it is told, under one status after another: the worst that can happen to a secret. */
const STATUSES = [200, 400, 401, 403, 404, 413, 422, 429, 500, 503];
/** As it is, and as proxies, frameworks and log viewers write it. */
const FORMS: readonly ((told: string) => string)[] = [
  (told) => `<pre>${told}</pre>`,
  (told) => JSON.stringify({ message: told }),
  (told) => `x${Buffer.from(told).toString("base64")}`,
  (told) => Buffer.from(told).toString("hex"),
  (told) => Array.from(told, (character) => `&#${character.charCodeAt(0)};`).join(""),
  (told) => Array.from(Buffer.from(told), (byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
];
let heard = "";
let answers = 0;
const echo = createServer((request, reply) => void repeat(request, reply));

async function repeat(request: IncomingMessage, reply: ServerResponse): Promise<void> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  const told = `${request.method} ${request.url}\n${request.rawHeaders.join("\n")}\n${body}`;
  heard += told;
  const form = FORMS[Math.floor(answers / STATUSES.length) % FORMS.length] ?? String;
  const status = STATUSES[answers++ % STATUSES.length] ?? 200;
  // The credentials first: a connector quotes so much of an answer and no more.
  const first = request.rawHeaders.toSorted((a, b) => Number(/cAnArY/.test(b)) - Number(/cAnArY/.test(a)));
  const said = form(`${request.url}\n${first.join("\n")}\n${told}`);
  reply.writeHead(status, { "content-type": "text/html", "retry-after": "1" }).end(said);
}

let folder: string;
let server: Running;
let origin: string;
let adminToken: string;
let orgToken: string;
let ingestToken: string;
let environment: Record<string, string>;
const seen: string[] = [];

function configsOf(port: number): readonly (readonly [string, Record<string, unknown>])[] {
  const url = `http://127.0.0.1:${port}`;
  const azure = {
    endpoint: url,
    authority_host: url,
    dcr_immutable_id: "dcr-1",
    stream_name: "Custom-A",
    tenant_id: "t",
    client_id: "c",
  };
  return [
    ["splunk_hec", { url, token: canary() }],
    ["elastic", { url, api_key: canary() }],
    ["sentinel", { ...azure, client_secret: canary() }],
    ["datadog", { url, api_key: canary() }],
    ["sumo_logic", { http_source_url: `${url}/receiver/v1/http/${canary()}` }],
    ["qradar", { host: "127.0.0.1", port, tls_key: pemOf(canary()) }],
    ["webhook", { url: `${url}/hooks/${canary()}`, username: "siem", password: canary() }],
    ["otlp_http", { url, bearer_token: canary(), headers: { "x-api-key": canary() } }],
    ["cortex_xsiam", { url, api_key: canary(), api_key_id: "1" }],
    ["s3", s3Of(url)],
  ];
}

function s3Of(endpoint: string) {
  const keys = { access_key_id: "AKIA1", secret_access_key: canary(), session_token: canary() };
  return { bucket: "audit", region: "us-east-1", endpoint, path_style: true, ...keys };
}

/** Refused as they are: a key without a certificate. */
const LACKS_CERTIFICATE = new Set(["qradar"]);

/** What the test goes on with; lists of other things do not matter here. */
const answerSchema = z
  .looseObject({ id: z.string().optional(), destinations: z.array(z.looseObject({ id: z.string() })).default([]) })
  .catch({ destinations: [] });

/** No key at all, but what somebody may paste. */
function pemOf(text: string): string {
  return `-----BEGIN PRIVATE KEY-----\n${text}\n-----END PRIVATE KEY-----\n`;
}

async function call(
  method: string,
  path: string,
  token: string,
  body?: unknown,
): Promise<{ readonly status: number; readonly id: string; readonly ids: readonly string[] }> {
  const reply = await fetch(`${origin}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await reply.text();
  seen.push(`${method} ${path}: ${reply.status} ${JSON.stringify([...reply.headers])} ${text}`);
  const { id = "", destinations } = answerSchema.parse(
    /json/.test(reply.headers.get("content-type") ?? "") && text !== "" ? JSON.parse(text) : {},
  );
  return { status: reply.status, id, ids: destinations.map((one) => one.id) };
}

beforeAll(async () => {
  echo.listen(0, "127.0.0.1");
  await once(echo, "listening");
});
afterAll(() => {
  echo.close();
});

async function tokenFor(scope: string): Promise<string> {
  const { stdout } = await run(["tokens", "create", "--scope", scope], environment);
  const token = stdout.trim();
  canaries.push(token);
  return token;
}

/** Everything that somebody could have looked at; of files, all bytes. */
async function everythingSeen(): Promise<string> {
  const files: string[] = [];
  for (const name of ["queue", "dead-letters", "database"]) {
    for (const entry of await readdir(join(folder, name), { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) files.push(await readFile(join(entry.parentPath, entry.name), "latin1"));
    }
  }
  return [...seen, server.stdout(), server.stderr(), ...files].join("\n");
}

/** As itself and in the ways in which headers, addresses and bodies carry it. */
function formsOf(value: string): readonly string[] {
  // Half of one is too much already: quotes of answers are cut.
  const parts = [value.slice(0, 19), value.slice(-19)];
  const packed = ["", "x", "xy"].map((before) => Buffer.from(`${before}${value}`).toString("base64").slice(4, -4));
  const escapes = Array.from(value.slice(-19), (character) => character.charCodeAt(0));
  return [
    ...parts,
    ...packed,
    ...parts.map((part) => Buffer.from(part).toString("hex")),
    escapes.map((code) => `%${code.toString(16)}`).join(""),
    escapes.map((code) => `&#${code};`).join(""),
    Buffer.from(`elastic:${value}`).toString("base64"),
  ];
}

describe.each(["0", "1"])("secrets, with %s workers,", (workers) => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "canary-"));
    const { port } = echo.address() as AddressInfo;
    const configPath = join(folder, "siem.config.json");
    const destinations = configsOf(port).map(([type, config], index) => {
      const delivery = { flush_interval: 0, max_retries: 0, on_exhausted: "dead_letter" };
      return { id: `global-${index}`, type, config, delivery };
    });
    const egress = { allow: ["127.0.0.0/8"], ports: ["1-65535"], plain_http: true };
    await writeFile(
      configPath,
      JSON.stringify({ egress, destinations: destinations.filter(({ type }) => !LACKS_CERTIFICATE.has(type)) }),
    );
    ingestToken = canary();
    environment = {
      SIEM_CONFIG: configPath,
      SIEM_DATABASE_PATH: join(folder, "database"),
      SIEM_QUEUE: "disk",
      SIEM_QUEUE_PATH: join(folder, "queue"),
      SIEM_DEAD_LETTER_PATH: join(folder, "dead-letters"),
      SIEM_INGEST_TOKEN: ingestToken,
      FERNET_KEY: Buffer.from(canary().slice(0, 32)).toString("base64").replaceAll("+", "-").replaceAll("/", "_"),
      SIEM_WORKERS: workers,
      LOG_LEVEL: "trace",
    };
    adminToken = await tokenFor("admin");
    orgToken = await tokenFor(`org:${ORG}`);
    server = start(["run", "--port", "0", "--workers", "1"], environment);
    origin = (await server.says(/Listening on (http:\S+)/))[1] ?? "";
  }, 120_000);

  afterAll(async () => {
    server?.process.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  });

  it("show in no log, error, metric, answer, dead letter, queue or database file", { timeout: 120_000 }, async () => {
    const { port } = echo.address() as AddressInfo;
    const ids: string[] = [];
    for (const [connector_type, config] of configsOf(port)) {
      const delivery = { flush_interval: 1, max_retries: 0, on_exhausted: "dead_letter" };
      const created = await call("POST", CONFIGS, orgToken, { connector_type, config, delivery });
      // A key that is none cannot be opened, and is refused: its error must not quote it.
      if (LACKS_CERTIFICATE.has(connector_type)) expect([201, 422]).toContain(created.status);
      else expect([connector_type, created.status]).toEqual([connector_type, 201]);
      if (created.status === 201) ids.push(created.id);
      await call("POST", `${CONFIGS}/test`, orgToken, { connector_type, config });
      const misspelt = Object.fromEntries(Object.entries(config).map(([key, value]) => [`${key}x`, value]));
      expect((await call("POST", CONFIGS, orgToken, { connector_type, config: misspelt })).status).toBe(422);
      const mistyped = Object.fromEntries(Object.entries(config).map(([key, value]) => [key, [value]]));
      expect((await call("POST", CONFIGS, orgToken, { connector_type, config: mistyped })).status).toBe(422);
      expect((await call("POST", CONFIGS, orgToken, `{"config": "${canary()}"`)).status).toBe(400);
    }

    const generator = createEventGenerator({ seed: 1, orgIds: [ORG] });
    for (let round = 0; round < 12; round++) {
      const events = Array.from({ length: 5 }, () => JSON.stringify(generator.next())).join("\n");
      const headers = { authorization: `Bearer ${ingestToken}`, "content-type": "application/x-ndjson" };
      await fetch(`${origin}/v1/events`, { method: "POST", headers, body: events });
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    for (const id of ids) {
      await call("PATCH", `${CONFIGS}/${id}`, orgToken, { name: "renamed" });
      await call("POST", `${CONFIGS}/${id}/test`, orgToken);
      for (const path of [
        "",
        "/status",
        "/dead-letters?include=event",
        "/dead-letters/groups",
        "/attempts",
        "/activity",
      ])
        await call("GET", `${CONFIGS}/${id}${path}`, orgToken);
    }
    for (const [connector_type, config] of configsOf(port)) {
      const trial = await call("POST", `${CONFIGS}/test-event?org_id=${OTHER}`, adminToken, { connector_type, config });
      expect([connector_type, trial.status]).toEqual([
        connector_type,
        LACKS_CERTIFICATE.has(connector_type) ? 422 : 200,
      ]);
      await call("POST", `/v1/org/siem-connectors/${connector_type}/setup`, orgToken, { config });
    }
    const link = await call("POST", `/v1/org/setup-links?org_id=${OTHER}`, adminToken, { name: "Ada" });
    expect(link.status).toBe(201);
    await call("POST", "/v1/sign-in", ingestToken, { token: orgToken });
    await call("POST", "/v1/sign-in", ingestToken, { token: canary() });
    for (const path of ["overview", "setup-links", "dead-letters"]) await call("GET", `/v1/org/${path}`, orgToken);
    for (const path of ["organisations", "tokens", "setup-links", "server"])
      await call("GET", `/api/admin/siem/${path}`, adminToken);
    for (const path of [CONFIGS, `${CONFIGS}?org_id=${ORG}`])
      await call("GET", path, path === CONFIGS ? orgToken : adminToken);
    for (const path of ["connectors", "destinations"]) {
      const { ids: globals } = await call("GET", `/api/admin/siem/${path}`, adminToken);
      for (const id of globals) {
        await call("POST", `/api/admin/siem/destinations/${id}/test`, adminToken);
        for (const part of ["attempts", "activity", "dead-letters/groups"])
          await call("GET", `/api/admin/siem/destinations/${id}/${part}`, adminToken);
      }
    }
    await call("GET", CONFIGS, canary());
    for (const path of ["/metrics", "/v1/destinations", "/healthz", "/readyz", "/openapi.json"])
      await call("GET", path, ingestToken);
    for (const id of ids) await call("DELETE", `${CONFIGS}/${id}?leftover=dead-letter`, orgToken);
    server.process.kill("SIGTERM");
    await server.finished;
    for (const words of [
      ["tokens", "list", "--json"],
      ["setup-links", "list", "--json"],
      ["dead-letters", "list", "--json"],
      ["validate"],
      ["check", "--json"],
    ]) {
      const { stdout, stderr } = await run(words, environment);
      seen.push(stdout, stderr);
    }

    // Otherwise nothing was at stake.
    const atStake = canaries.filter((value) => formsOf(value).some((form) => heard.includes(form)));
    expect(atStake.length).toBeGreaterThanOrEqual(12);
    const all = await everythingSeen();
    expect(all).toContain("[secret]");
    const shown = canaries.flatMap(formsOf).filter((form) => all.includes(form));
    // Where, so that a failure tells what to repair.
    expect(shown.map((form) => all.slice(Math.max(0, all.indexOf(form) - 200), all.indexOf(form) + 80))).toEqual([]);
  });
});
