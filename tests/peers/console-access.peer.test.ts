import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { HecSimulator } from "@arbitex/simulators";
import { startHecSimulator } from "@arbitex/simulators";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { JwtIssuer } from "../../packages/server/test/jwt-issuer.ts";
import { startJwtIssuer } from "../../packages/server/test/jwt-issuer.ts";
import type { ConsoleAnswer, ConsoleServer } from "./console-server.ts";
import { startConsoleServer } from "./console-server.ts";
import { useFreshDatabase } from "./postgres/fresh-database.ts";
import { pythonKeys } from "./python-fernet.ts";
import { until } from "./until.ts";

const ORG = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001";
const db = useFreshDatabase(pythonKeys(1));
const soon = { limitMs: 60_000 };

let folder: string;
let splunk: HecSimulator;
let issuer: JwtIssuer;
let servers: ConsoleServer[];

/** Two servers on one PostgreSQL. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "console-access-"));
  splunk = await startHecSimulator();
  issuer = await startJwtIssuer();
  const egress = 'egress: { allow: ["127.0.0.0/8"], ports: ["1-65535"], plain_http: true }';
  const auth = `auth: { jwt: { issuer: "${issuer.issuer}", audience: siem } }`;
  await writeFile(join(folder, "siem.yaml"), `${egress}\n${auth}\n`);
  await db.command(["db", "migrate"]);
  servers = await Promise.all(["a", "b"].map(serve));
});
afterEach(async () => {
  for (const { running } of servers) running.process.kill("SIGKILL");
  await Promise.all(servers.map(({ running }) => running.finished));
  await Promise.all([splunk.close(), issuer.close()]);
  await rm(folder, { recursive: true });
});

function serve(name: string): Promise<ConsoleServer> {
  return startConsoleServer({ ...db.environment(), SIEM_CONFIG: join(folder, "siem.yaml") }, join(folder, name));
}

function both(): readonly [ConsoleServer, ConsoleServer] {
  const [one, other] = servers;
  if (one === undefined || other === undefined) throw new Error("two servers are wanted");
  return [one, other];
}

async function tokenOf(scope: string): Promise<{ readonly token: string; readonly id: string }> {
  const { answer } = await db.command(["tokens", "create", "--scope", scope]);
  return answer;
}

describe("two servers on one PostgreSQL", () => {
  it("share a set-up link: every use counts once, its session holds on both, and ends on both when it is revoked", async () => {
    const [one, other] = both();
    const made = await db.command(["setup-links", "create", "--org", ORG, "--name", "Ada"]);
    const uses = await Promise.all(
      [one, other, one, other, one, other].map(({ call }) =>
        call("POST", "/v1/sign-in", { body: { setup_token: made.answer.token } }),
      ),
    );
    expect(uses.map(({ status }) => status)).toEqual(Array(6).fill(200));
    const { token } = await tokenOf("admin");
    const listed = await other.call("GET", `/v1/org/setup-links?org_id=${ORG}`, { token });
    expect(listed.json.setup_links).toMatchObject([{ name: "Ada", uses: 6, state: "active" }]);

    const [{ cookie, json } = nothing] = uses;
    for (const { call } of [one, other]) {
      expect((await call("GET", "/v1/session", { cookie })).json).toMatchObject({ org_id: ORG, kind: "setup_link" });
    }
    // Made through one server, changed through the other with the session's token of the first.
    const body = { connector_type: "splunk_hec", config: splunk.config };
    expect((await other.call("POST", "/v1/org/siem-configs", { cookie, body })).json.code).toBe("csrf");
    const created = await other.call("POST", "/v1/org/siem-configs", { cookie, csrf: json.csrf_token, body });
    expect(created.status).toBe(201);

    await db.command(["setup-links", "revoke", made.answer.id]);
    for (const { call } of [one, other]) {
      expect((await call("GET", "/v1/session", { cookie })).status).toBe(401);
      expect((await call("POST", "/v1/sign-in", { body: { setup_token: made.answer.token } })).status).toBe(401);
    }
  });

  it("end on both what is signed out or revoked on one", async () => {
    const [one, other] = both();
    const { token, id } = await tokenOf(`org:${ORG}`);
    const first = await one.call("POST", "/v1/sign-in", { body: { token } });
    const second = await one.call("POST", "/v1/sign-in", { body: { token } });
    const out = { cookie: first.cookie, csrf: first.json.csrf_token };
    expect((await one.call("DELETE", "/v1/session", out)).status).toBe(204);
    expect((await other.call("GET", "/v1/session", { cookie: first.cookie })).status).toBe(401);
    expect((await other.call("GET", "/v1/session", { cookie: second.cookie })).status).toBe(200);

    await db.command(["tokens", "revoke", id]);
    for (const { call } of [one, other]) {
      expect((await call("GET", "/v1/session", { cookie: second.cookie })).status).toBe(401);
      // Servers hear of it by a notice.
      const isRefused = async () => (await call("GET", "/v1/session", { token })).status === 401;
      await until(isRefused, { what: "the token's end", ...soon });
    }
  });

  it("publish what the command line changed, to the SIEM of the organisation that it is about", async () => {
    const [one] = both();
    const { token } = await tokenOf("admin");
    const body = { connector_type: "splunk_hec", config: splunk.config };
    expect((await one.call("POST", `/v1/org/siem-configs?org_id=${ORG}`, { token, body })).status).toBe(201);
    const made = await db.command(["setup-links", "create", "--org", ORG, "--name", "Ada"]);
    await db.command(["setup-links", "revoke", made.answer.id]);
    const told = () =>
      splunk.stored.map((event) => JSON.stringify(event)).filter((text) => text.includes('link \\"Ada'));
    await until(() => told().length >= 2, { what: "the audit events", ...soon });
    expect(told().map((text) => /was (made|revoked)/.exec(text)?.[1])).toEqual(["made", "revoked"]);
    expect(told().join("")).toContain("the command line (");
    expect(told().join("")).not.toContain(made.answer.token);
  });
});

const nothing: ConsoleAnswer = { status: 0, cookie: "", json: {} };

/** The statuses of both servers. */
function signIn(token: string): Promise<readonly number[]> {
  return Promise.all(servers.map(async ({ call }) => (await call("POST", "/v1/sign-in", { body: { token } })).status));
}

describe("a JSON Web Token of a real issuer", () => {
  it("signs in at either server, and a wrong one at neither", async () => {
    const claims = { org_id: ORG };
    expect(await signIn(await issuer.sign(claims))).toEqual([200, 200]);
    const over = Math.floor(Date.now() / 1000) - 120;
    for (const wrong of [
      await issuer.sign({ ...claims, aud: "another" }),
      await issuer.sign({ ...claims, exp: over }),
      await issuer.sign({ ...claims, iss: "https://login.example" }),
      await issuer.signAsStranger(claims),
    ]) {
      expect(await signIn(wrong)).toEqual([401, 401]);
    }
    // A token whose role is none that may: it is known, and not let in.
    expect(await signIn(await issuer.sign({ ...claims, role: "reader" }))).toEqual([403, 403]);

    await issuer.rotate();
    const rotated = await issuer.sign({ ...claims, exp: Math.floor(Date.now() / 1000) + 3600 });
    // The issuer is not asked for each unknown key, and an address may not try often.
    const isLetIn = async () => {
      await setTimeout(4000);
      return (await signIn(rotated)).every((status) => status === 200);
    };
    await until(isLetIn, { what: "the new key", limitMs: 1000 });
  });
});
