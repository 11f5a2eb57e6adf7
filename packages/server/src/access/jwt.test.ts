import { once } from "node:events";
import type { Server } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { HttpClient } from "@arbitex/core";
import { httpClient } from "@arbitex/core";
import type { JwtSettings } from "../config/auth-settings.ts";
import { createEgress } from "@arbitex/core/host";
import type { CryptoKey, JWK, JWTPayload } from "jose";
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { createJwtSignIn } from "./jwt.ts";
import { pausingClient } from "./pausing-client.ts";

const ORG = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de00a";
const NOW = Date.parse("2026-11-25T12:00:00Z");
const NOW_S = NOW / 1000;

let keys: { privateKey: CryptoKey; publicKey: CryptoKey };
let stranger: CryptoKey;
beforeAll(async () => {
  keys = await generateKeyPair("ES256", { extractable: true });
  stranger = (await generateKeyPair("ES256")).privateKey;
});

/** What the issuer serves, by path. */
let documents: Map<string, unknown>;
let requests: string[];
let server: Server;
let issuer: string;
const egress = createEgress({ environment: {} });
afterAll(() => egress.close());

beforeEach(async () => {
  requests = [];
  server = createServer((request, response) => {
    requests.push(request.url ?? "");
    const found = documents.get(request.url ?? "");
    response.statusCode = found === undefined ? 404 : 200;
    response.end(JSON.stringify(found ?? {}));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const jwk: JWK = { ...(await exportJWK(keys.publicKey)), kid: "k1", alg: "ES256", use: "sig" };
  documents = new Map<string, unknown>([
    ["/.well-known/openid-configuration", { issuer, jwks_uri: `${issuer}/keys` }],
    ["/keys", { keys: [jwk] }],
  ]);
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

function signIn(settings: Partial<JwtSettings> = {}, http: HttpClient = httpClient({ context: { egress } })) {
  return createJwtSignIn({
    settings: {
      issuer,
      audience: ["siem"],
      jwksUrl: undefined,
      orgClaim: "org_id",
      roleClaim: "role",
      adminRoles: ["siem_admin"],
      orgRoles: ["admin"],
      ...settings,
    },
    http,
    now: () => NOW,
    onFailure: () => undefined,
  });
}

const good = () => ({ iss: issuer, aud: "siem", sub: "ada", exp: NOW_S + 60, org_id: ORG, role: "admin" });

function without(claim: "exp" | "aud"): JWTPayload {
  return Object.fromEntries(Object.entries(good()).filter(([name]) => name !== claim));
}

function tokenOf(claims: JWTPayload, key: CryptoKey | Uint8Array = keys.privateKey, header: object = {}) {
  return new SignJWT(claims).setProtectedHeader({ alg: "ES256", kid: "k1", ...header }).sign(key);
}

describe("a JSON Web Token", () => {
  it("signs in for its organisation, the keys found through the issuer and fetched once", async () => {
    const check = signIn();
    const token = await tokenOf(good());
    const known = {
      kind: "known",
      caller: { name: "ada", scopes: [{ kind: "org", orgId: ORG }], expiresAt: NOW + 60_000 },
    };
    expect(await check(token)).toEqual(known);
    expect(await check(token)).toEqual(known);
    expect(requests).toEqual(["/.well-known/openid-configuration", "/keys"]);
  });

  it.each([
    [{ role: "siem_admin" }, ["admin"]],
    [{ role: ["siem_admin", "admin"] }, ["admin", "org"]],
    [{ role: "member" }, []],
    [{ role: 7 }, []],
    [{ role: "admin", org_id: "acme" }, []],
    [{ role: "admin", org_id: ORG.toUpperCase() }, ["org"]],
  ])("of %j may do %j", async (claims, kinds) => {
    const result = await signIn()(await tokenOf({ ...good(), ...claims }));
    expect(result.kind === "known" && result.caller.scopes.map(({ kind }) => kind)).toEqual(kinds);
  });

  it("may hold its claims under a name with dots, or deeper", async () => {
    const claims = { ...good(), org_id: undefined, role: undefined };
    const deep = { ...claims, "https://arbitex.example/org": ORG, realm_access: { roles: ["admin"] } };
    const check = signIn({ orgClaim: "https://arbitex.example/org", roleClaim: "realm_access.roles" });
    expect(await check(await tokenOf(deep))).toMatchObject({ caller: { scopes: [{ kind: "org", orgId: ORG }] } });
  });

  it.each([
    ["has expired", async () => tokenOf({ ...good(), exp: NOW_S - 31 }), /expired/],
    ["never expires", async () => tokenOf(without("exp")), /no time at which it expires/],
    ["is of the future", async () => tokenOf({ ...good(), nbf: NOW_S + 31 }), /not valid yet/],
    ["is of another issuer", async () => tokenOf({ ...good(), iss: "https://other.example" }), /another issuer/],
    ["is for another audience", async () => tokenOf({ ...good(), aud: "other" }), /another audience/],
    ["names no audience", async () => tokenOf(without("aud")), /another audience/],
    ["is signed by a stranger", async () => tokenOf(good(), stranger), /signature is not the issuer's/],
    ["names an unknown key", async () => tokenOf(good(), keys.privateKey, { kid: "k2" }), /no key of the token's kid/],
    ["is not signed", async () => new UnsecuredJWT(good()).encode(), /algorithm is not taken|neither/],
    [
      "is signed with the public key as a shared secret",
      async () => tokenOf(good(), new TextEncoder().encode(await exportSPKI(keys.publicKey)), { alg: "HS256" }),
      /algorithm is not taken/,
    ],
    ["was changed", async () => changed(await tokenOf(good())), /signature is not the issuer's/],
    ["is none", async () => "abc", /neither one of this server nor a JSON Web Token/],
    ["looks like one", async () => "a.b.c", /neither one of this server nor a JSON Web Token/],
  ])("is refused when it %s", async (_, make, reason) => {
    expect(await signIn()(await make())).toEqual({ kind: "refused", reason: expect.stringMatching(reason) });
  });

  it("is taken within half a minute of clocks that differ", async () => {
    expect(await signIn()(await tokenOf({ ...good(), exp: NOW_S - 29, nbf: NOW_S + 29 }))).toMatchObject({
      kind: "known",
    });
  });
});

function changed(token: string): string {
  const [head = "", payload = "", signature = ""] = token.split(".");
  const claims = { ...(JSON.parse(Buffer.from(payload, "base64url").toString()) as object), role: "siem_admin" };
  return [head, Buffer.from(JSON.stringify(claims)).toString("base64url"), signature].join(".");
}

describe("while the issuer's keys are not to be had", () => {
  it.each([
    ["the issuer answers 404", () => documents.clear(), /answered 404/],
    ["the keys are not there", () => documents.delete("/keys"), /cannot be fetched/],
    ["the keys are no keys", () => documents.set("/keys", "x"), /cannot be fetched/],
    [
      "the discovery document is about another issuer",
      () =>
        documents.set("/.well-known/openid-configuration", {
          issuer: "https://other.example",
          jwks_uri: `${issuer}/keys`,
        }),
      /about another issuer/,
    ],
    ["the discovery document is none", () => documents.set("/.well-known/openid-configuration", []), /jwks_url/],
  ])("nobody can say: %s", async (_, damage, reason) => {
    const check = signIn();
    const token = await tokenOf(good());
    const before = new Map(documents);
    damage();
    expect(await check(token)).toEqual({ kind: "unavailable", reason: expect.stringMatching(reason) });
    documents = before;
    expect(await check(token)).toMatchObject({ kind: "known" });
  });

  it("a key's address of one's own spares the discovery", async () => {
    documents.delete("/.well-known/openid-configuration");
    expect(await signIn({ jwksUrl: `${issuer}/keys` })(await tokenOf(good()))).toMatchObject({ kind: "known" });
  });
});

describe("made-up JSON Web Tokens", () => {
  it("do not keep a good one waiting, nor ask the issuer once for each", async () => {
    const check = signIn();
    const good1 = await tokenOf(good());
    expect(await check(good1)).toMatchObject({ kind: "known" });
    const wrong = await Promise.all([
      tokenOf(good(), stranger),
      tokenOf(good(), keys.privateKey, { kid: "unknown" }),
      tokenOf({ ...good(), aud: "other" }),
    ]);
    const flood = Array.from({ length: 300 }, (_, index) => check(wrong[index % wrong.length] ?? ""));
    expect(await check(good1)).toMatchObject({ kind: "known" });
    for (const result of await Promise.all(flood)) expect(result.kind).toBe("refused");
    expect(requests).toEqual(["/.well-known/openid-configuration", "/keys"]);
  });

  it("beyond a thousand that wait are turned away, and nothing is left taken", async () => {
    const check = signIn();
    const token = await tokenOf(good());
    await check(token);
    const results = await Promise.all(Array.from({ length: 1100 }, () => check(token)));
    const kinds = new Set(results.map(({ kind }) => kind));
    expect(kinds.has("known") && !kinds.has("refused")).toBe(true);
    expect(await check(token)).toMatchObject({ kind: "known" });
  });
});

describe("an issuer that fails", () => {
  it("is left alone for a moment, whoever asks, and asked again after it", async () => {
    let now = 0;
    const http = pausingClient(httpClient({ context: { egress } }), { pauseMs: 1000, now: () => now });
    const check = signIn({}, http);
    const token = await tokenOf(good());
    const before = new Map(documents);
    documents.clear();
    for (let count = 0; count < 20; count++) expect(await check(token)).toMatchObject({ kind: "unavailable" });
    expect(requests).toHaveLength(1);
    documents = before;
    now = 1000;
    expect(await check(token)).toMatchObject({ kind: "known" });
  });
});

function sign(kid: string, key: CryptoKey): Promise<string> {
  return new SignJWT(good()).setProtectedHeader({ alg: "ES256", kid }).sign(key);
}

it("finds keys that the issuer has moved, and goes on with the old place while it cannot be asked for the new one", async () => {
  const judge = signIn();
  expect((await judge(await sign("k1", keys.privateKey))).kind).toBe("known");
  const next = await generateKeyPair("ES256", { extractable: true });
  const jwk: JWK = { ...(await exportJWK(next.publicKey)), kid: "k2", alg: "ES256", use: "sig" };
  documents.set("/.well-known/openid-configuration", { issuer, jwks_uri: `${issuer}/moved` });
  documents.set("/moved", { keys: [jwk] });
  documents.delete("/keys");
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 11 * 60_000 });
  onTestFinished(() => void vi.useRealTimers());
  expect((await judge(await sign("k2", next.privateKey))).kind).toBe("known");
  documents.delete("/.well-known/openid-configuration");
  vi.setSystemTime(Date.now() + 11 * 60_000);
  expect((await judge(await sign("k2", next.privateKey))).kind).toBe("known");
});
