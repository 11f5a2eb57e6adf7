import { tokenVerdictOf } from "@arbitex/core";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConnectorContext } from "@arbitex/core";
import type { LogsIngestionSimulator, LogsIngestionSimulatorOptions } from "@arbitex/simulators";
import { startLogsIngestionSimulator, testCertificates } from "@arbitex/simulators";
import { createTestContext } from "@arbitex/testkit";
import { describe, expect, it, onTestFinished } from "vitest";
import { clouds } from "../clouds.ts";
import { sentinelSchema } from "../schema.ts";
import { configuredCredential } from "./configured-credential.ts";

// Made for this test with `openssl req -x509 -newkey rsa:2048`; valid for a hundred years and known to all.
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIDKTCCAhGgAwIBAgIUHk2T+l0Fg+1kwzdyEQIEIBO04fQwDQYJKoZIhvcNAQEL
BQAwIzEhMB8GA1UEAwwYQXJiaXRleCB0ZXN0IGFwcGxpY2F0aW9uMCAXDTI2MTEy
NTE4Mjk0M1oYDzIxMjYxMTAxMTgyOTQzWjAjMSEwHwYDVQQDDBhBcmJpdGV4IHRl
c3QgYXBwbGljYXRpb24wggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQDZ
3TirLbBFDRS2/6isNEPRiGOh7N3TMw4DlM3CBKWKI2+lUoIAKSSib4llArR8bCbA
VDAi10y5qocBYxPHTRZp8p8gtHZuQVGicEcKivTUTci9SNJF5jcWYa5QK79gZ9Ow
OU4KPXFyBbE61gO8/lJkRoH+lm7oXhjnzZtAm/ZMNhJvkUIJ8OKck29f145vvbfY
yguQv15D0rlhGr3Y7157XZgK2CGwZBldLLtgQxbfwIhj6wr1Mo9+jNkZLpw0c9bZ
KLXuDCGeqbBzZMoFRRs02yku0XsJ6hciCNyzwPi6LRcvQDeRCHEZ6VeZRt8FOCTr
UrgwtAVhO1tdZSDX4rt1AgMBAAGjUzBRMB0GA1UdDgQWBBS5uWq7pZ7KlP70c9Es
2yCziT3VkzAfBgNVHSMEGDAWgBS5uWq7pZ7KlP70c9Es2yCziT3VkzAPBgNVHRMB
Af8EBTADAQH/MA0GCSqGSIb3DQEBCwUAA4IBAQCWDA7QOv7tbPkcgGFOCnUfElaE
q/BtcjzwZT92cWXyYHC3pxB4I5WatAGRR0RHxeeWQRisbXbzUnaJBzWWqC613LW0
9rfxH9dJR7ZZHwVClsMa4UdKva/hQBZqkVYAzP6G2dMDZRYOotSl8LUjw+c8X76y
TZEaTnd5xxAIkP9nYO64zjgKCggi8pgrW0fjwVxdIN/Xe6eOEiHs5Gu40jLu6LXp
zm1rOtI1L9+Q52cJYLf0t52iz4GDTcCIroMzL54GqHKgdUbEzm6rIM107JSQStjm
5z4E88CbJBPJQbn51XbyBchsp9rhN8K7b8zC/H9bLyn6mg5RcCanQ/e9tR+z
-----END CERTIFICATE-----`;
const KEY = `-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDZ3TirLbBFDRS2
/6isNEPRiGOh7N3TMw4DlM3CBKWKI2+lUoIAKSSib4llArR8bCbAVDAi10y5qocB
YxPHTRZp8p8gtHZuQVGicEcKivTUTci9SNJF5jcWYa5QK79gZ9OwOU4KPXFyBbE6
1gO8/lJkRoH+lm7oXhjnzZtAm/ZMNhJvkUIJ8OKck29f145vvbfYyguQv15D0rlh
Gr3Y7157XZgK2CGwZBldLLtgQxbfwIhj6wr1Mo9+jNkZLpw0c9bZKLXuDCGeqbBz
ZMoFRRs02yku0XsJ6hciCNyzwPi6LRcvQDeRCHEZ6VeZRt8FOCTrUrgwtAVhO1td
ZSDX4rt1AgMBAAECggEAK5Fz7bebUpPFGruRza4+Cb8OvakSy1Ogb9LoOu6W9EMV
5qfTW5jevKU1gr/BvEgcj8XGQpFvxIl3qi1YHTkrTFC6xd2Q+YeSfbuaWV9kirhr
dn8Dnfrl9VHffCTjhrH8wXcURjP3ZegBg1SdNsRdUbRP9su6rjlzHZgefhMydBbV
oYjiG8U+mrlekntqPpt5u5MUBTaHhlefjMkFQAxeWQZCOQa6jW1IfpNOUIKXSVoe
j9COUWvZwBnS/6WpcT52hACf9x99j9yz+3k47GzCkHVuk3P3R+3n1t5wW9D4xfBP
ODYntCCJMGtnbd1ZZPFeamY1QFlRTr+8VrLl+3qmQQKBgQD0ffoPNKa7wBc3a8Hg
1GWREOl7SCgt4op6M6B9uNtdcXeJiM+ifMKc3X6RkUSIdBKg5wdEyV4LaeolmYvi
02iDx7H1Ova3ylT6hHn+kUwRh/zGnoIKytDm25KHs9hxDO0ld33uchwB9OfScqjn
iPxcRNV+BqRJ99AvAfrMDHf6nQKBgQDkHmOtaOTYnM7baKh5agJlEhY/kT4kmqXZ
6Q/Lc//glixP6yQz9RbXpIYGaxWv+sA6WSlZI2N5kqHH+sJOrAOOFoUrMtcg8dwT
4jx5YdAxxbb8d34lq9/OFknP0YLKWEKJ/LkHU/h62IDC47iB0APujImAMusYRUMb
+tviDNcguQKBgCWco7VnIidL+8ZY23Cc/Cr+8Qw4I4Y7jZYTDyOIJqcPZ5ZO57JV
gxLiuC/oqyRaxurd365jVAZpes3h+zUf1LpBJE1XjtDjXYNUkffpnkwsIWTkyZij
btO0/6vErQ1nMaxL36GpCEn8xRUI8pb76ea/6CAFIY0HhI1WvqBZYrO5AoGAERna
HRjc9wQiWb5pythQn6UQd+l6gCH7xu862OS0TPDVF5SoHSEFelsCFR8X/B5PJNCk
UeNeRLHiYOyCfoVUquUzTH6+M+ENv4vZPrw/cEvDIQAQO+C7oWZ4WBT7uhGNw2xn
ro3z9bmfRXzuywR+FvcAI9UtXJ9snX9b1oFh6zkCgYEA8Hich+elHsilKLaA+ms9
4cnz9PNaaG/Nl+OUxaGxz4YXH7nSI/PUPKj/oBxF67xdNjv1eMebveGGqUz/CtP+
/lvbb26W7tF09BB1eWffQxXSFLY8FLYXVxlgKQtqMZ7nNf2xn9BBOCtPbUwzf0kG
xu7oc4l6OX7H8wOYtRLzMEM=
-----END PRIVATE KEY-----`;
const OTHER_KEY = `-----BEGIN PRIVATE KEY-----
MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQC59N4eQKcAkmVn
U6J0QDrtGEV2ne6xmSiJUjgVx//hKsIRRn/NR60zn03gBM+Pn3WG3jpmhK5a2EEL
etrYN34OcCRY+0wjyUvgiXBUpqy729nDWEpTTMn6TqRcJ2So8qYnj/hupYYpPLk+
sgG8eKdpv7dw2sYDQ43SWXz8hU/xvCYQlWKXREcihY3bRj2pHf9KJTANDf7ID5jj
GxF49WIupvPfR/xfmfRgw7PQY0gy1HOctPJZNwvusbSyFCAMJ+ETNOYNrFPphzU7
IfPp/sDpCgVqlFjjYcLCI7mXDZAnoThfhFxLMYUB8F6W2TO1ExX3BQAWP3wI5suI
l1DdRX2DAgMBAAECggEAEKms95gCfu4fUQVxAqq4vQMWQl0/hMF9HOT1qpn7x0Du
F98x14KrNft53m9/69Y1kUq7f/E2sGQ9W9p73rEGRiPtVd3awkAo4Otf2e3/f2vh
VPxF2LYCSUAfwTQ0dGEd22CuubdyUKKk1MXdmvZSxgqMVPv9j1BP1n/3T6dgdQAo
Tsu6eD2alAraWm2BUw53W2KkJizSrYMq16JPb9QZubufun+xSuA3QpBsyI6CNEvy
UGZH2Df8J1lFa5qHX5/p8W4etemx6C/WdvYt9i9zEfBpz9ggwggr5iRnA+iGmYPX
pdES8KPpqDWObJmNReB2p4goW0u55HneasEzv/RbMQKBgQDryCRT62uAUhhibtk6
jj4t9ptuCvh2WMv6yYCckhSanZATWyA+wt73BNMf4ZITDX6X6KfIy/GeQ7UGJlhh
aPEFqw6V47R5EDHI5z7w8R/5SlEO7XnrZsiq6dKkdFiwam5K1kER6CJgZPu3i0Ih
feM9lPgGDS9hhOxiWbnRwXuwcwKBgQDJ5vdP7m6R84WWFVrdzvdXAsKlLesJQlko
q0jY8RlW0hfWdnLcTHmucY3H6xldTbIpXvm7IXkdDMT64fZsABOhhajNfhAwCO01
GqSRZXxxz9/WPYwXjtKuuoH8sCoCERiiWmQEiqXlgcQgr04DyhXGd2th2q0jo7PW
o8bIy7QKsQKBgEkm3kZ/GupEDjaz54eoTBhck5qPositAhQ74kAxflz+F445zoZK
VXzULWCNzpFEtYsR7sR4qe0NWqOez/rg4S5+BNdyPzL0WE3ZmQiN9vqUGRQFj7b+
O7HzO5w0ULPjQXbMhIG2wLuheQtYFFtpwFAB4PWXr6SU5fYZmnI+kk6LAoGAKWlI
HIro/uKV6byjkI8cyCn2xm5uoM2M//xxyp1Y9yfMX96XnHvLEW6VCAY+g5amDjo+
upUZBE5UMKkcI/a4EA8cGlna9B9Al/3I91F7ftSGMqkZDNPsfo4ejzeKxjW/eb1U
emH9uN8u3Q1X0QsoADcKPV3e2UqAXmvlH9Y4LWECgYAuMSpAPOWXLY6cKupRIgYH
v+ttGviYtimGa52UyhDfvQIobivGuUK89E05j3RD2yIggmUEQoFObuhaEXAQaiqD
xkZRfmTyh28NmYOdD37fH420rQmjE6sIMjHMxWJvpybmah1U20gWJdc2iXca4++0
+xeWOkNXUsyzImICqU5c+A==
-----END PRIVATE KEY-----`;

type Environment = Readonly<Record<string, string>>;
type Change = Readonly<Record<string, string | undefined>>;

describe("a client secret", () => {
  it("gives a token that opens the stream, with its end", async () => {
    const { azure, getToken, context } = await setUp();
    const issued = await getToken();
    expect(issued).toEqual({ token: expect.any(String), expiresOnTimestamp: context.now() + 3_599_000 });
    expect(azure.requests).toMatchObject([
      { method: "POST", path: `/${String(azure.config["tenant_id"])}/oauth2/v2.0/token` },
    ]);
    expect(Object.fromEntries(new URLSearchParams(azure.requests[0]?.body))).toEqual({
      grant_type: "client_credentials",
      client_id: azure.config["client_id"],
      client_secret: azure.config["client_secret"],
      scope: "https://monitor.azure.com/.default",
    });
  });

  it("that is wrong suspends with the fix, and shows nowhere", async () => {
    const { getToken } = await setUp({}, { client_secret: "s3cret+/ value" });
    const verdict = await failureOf(getToken);
    expect(verdict).toMatchObject({
      kind: "suspend",
      reason: expect.stringMatching(/AADSTS7000215: Invalid client secret provided\.$/),
      fix: expect.stringMatching(/client_secret/),
    });
    expect(JSON.stringify(verdict)).not.toContain("s3cret");
  });
});

describe("a client certificate", () => {
  it.each([
    ["before its key", `${CERTIFICATE}\n${KEY}`],
    ["after its key", `${KEY}\n${CERTIFICATE}`],
  ])("signs an assertion that Entra takes, %s", async (_, client_certificate) => {
    const { getToken } = await setUp({ certificate: CERTIFICATE }, { client_secret: undefined, client_certificate });
    expect(await getToken()).toMatchObject({ token: expect.any(String) });
  });

  it("may be a file, which is read anew for each token", async () => {
    const file = await temporaryFile(`${CERTIFICATE}\n${OTHER_KEY}`);
    const change = { client_secret: undefined, client_certificate: file };
    const { getToken } = await setUp({ certificate: CERTIFICATE }, change);
    expect(await failureOf(getToken)).toMatchObject({ reason: expect.stringMatching(/not the certificate's/) });
    await writeFile(file, `${CERTIFICATE}\n${KEY}`);
    expect(await getToken()).toMatchObject({ token: expect.any(String) });
  });

  it.each([
    ["without a key", CERTIFICATE, /does not hold a private key/],
    ["without a certificate", KEY, /does not hold a certificate/],
    ["with a key that is not RSA", `${testCertificates.client.cert}\n${testCertificates.client.key}`, /not RSA/],
    ["that is not there", "/no/such/file.pem", /cannot be read/],
  ])("%s suspends with the fix, and no word of it is shown", async (_, client_certificate, reason) => {
    const verdict = await failureOf((await setUp({}, { client_secret: undefined, client_certificate })).getToken);
    expect(verdict).toMatchObject({ kind: "suspend", reason: expect.stringMatching(reason), fix: expect.any(String) });
    expect(JSON.stringify(verdict)).not.toMatch(/BEGIN|file\.pem/);
  });

  it("that was never uploaded suspends with the fix", async () => {
    const change = { client_secret: undefined, client_certificate: `${CERTIFICATE}\n${KEY}` };
    const verdict = await failureOf((await setUp({}, change)).getToken);
    expect(verdict).toMatchObject({ kind: "suspend", fix: expect.stringMatching(/Upload the certificate/) });
  });
});

describe("workload identity", () => {
  const change = { client_secret: undefined, credential: "workload_identity" };

  it("shows Entra the token that Kubernetes keeps fresh in a file", async () => {
    const file = await temporaryFile("first\n");
    const environment = { AZURE_FEDERATED_TOKEN_FILE: file };
    const { getToken } = await setUp({ federatedToken: "second" }, change, environment);
    expect(await failureOf(getToken)).toMatchObject({ kind: "suspend" });
    await writeFile(file, "second\n");
    expect(await getToken()).toMatchObject({ token: expect.any(String) });
  });

  it.each([
    ["missing", "/no/such/token", /cannot be read/],
    ["empty", "", /is empty/],
  ])("says what is wrong with a file that is %s", async (_, path, reason) => {
    const file = path === "" ? await temporaryFile("\n") : path;
    const { getToken } = await setUp({}, change, { AZURE_FEDERATED_TOKEN_FILE: file });
    expect(await failureOf(getToken)).toMatchObject({
      kind: "suspend",
      reason: expect.stringMatching(reason),
      fix: expect.stringMatching(/azure\.workload\.identity\/use/),
    });
  });
});

describe("managed identity", () => {
  const change = {
    client_secret: undefined,
    tenant_id: undefined,
    client_id: undefined,
    credential: "managed_identity",
  };

  it("asks the machine, of which nothing needs to be configured", async () => {
    const { azure, getToken, context } = await setUp({}, change, imds);
    expect(await getToken()).toEqual({ token: expect.any(String), expiresOnTimestamp: context.now() + 3_599_000 });
    const [request] = azure.requests;
    expect(Object.fromEntries(request?.query ?? [])).toEqual({
      resource: "https://monitor.azure.com",
      "api-version": "2018-02-01",
    });
  });

  it("asks App Service where it runs in one", async () => {
    const { azure, getToken, context } = await setUp({ identityHeader: "h3ader" }, change, appService);
    expect(await getToken()).toEqual({ token: expect.any(String), expiresOnTimestamp: context.now() + 3_599_000 });
    expect(azure.requests).toMatchObject([{ path: "/msi/token", headers: { "x-identity-header": "h3ader" } }]);
  });

  it("suspends where there is no such identity", async () => {
    const { getToken } = await setUp({}, { ...change, client_id: "another" }, imds);
    expect(await failureOf(getToken)).toEqual({
      kind: "suspend",
      reason: "no token: HTTP 400 from the managed identity service: Identity not found",
      fix: expect.stringMatching(/Assign a managed identity/),
    });
  });

  it("is tried again where nothing answers", async () => {
    const { azure, getToken } = await setUp({}, change, imds);
    await azure.close();
    expect(await failureOf(getToken)).toMatchObject({
      kind: "retry",
      reason: expect.stringMatching(/is this an Azure machine\?/),
    });
  });
});

describe("the host's own identity", () => {
  it.each(["managed_identity", "workload_identity"])(
    "is not shown to an organisation's addresses: %s",
    async (credential) => {
      const opening = setUp({}, { client_secret: undefined, credential }, {}, { orgId: "acme" });
      await expect(opening).rejects.toMatchObject({
        code: "SIEM_DESTINATION_OPEN",
        message: expect.stringMatching(/only Microsoft's addresses/),
      });
    },
  );

  it("may be used by an organisation whose addresses are Microsoft's", async () => {
    const endpoint = "https://acme-a1b2.westeurope-1.ingest.monitor.azure.com";
    const change = { client_secret: undefined, credential: "managed_identity", endpoint, authority_host: undefined };
    const opening = setUp({}, { ...change, management_host: undefined }, {}, { orgId: "acme" });
    await expect(opening).resolves.toMatchObject({ context: { orgId: "acme" } });
  });
});

it.each(["public", "us_government", "china"] as const)("asks for a token of the cloud: %s", async (cloud) => {
  const { azure, getToken } = await setUp({}, { cloud });
  await getToken(clouds[cloud].scope);
  expect(new URLSearchParams(azure.requests[0]?.body).get("scope")).toBe(clouds[cloud].scope);
});

it("tries again when the token service cannot be reached, and nothing of it is ambiguous", async () => {
  const { azure, getToken } = await setUp();
  await azure.close();
  expect(await failureOf(getToken)).toEqual({
    kind: "retry",
    reason: expect.stringMatching(/^no token: .*ECONNREFUSED/),
  });
});

function imds(url: string): Environment {
  return { AZURE_POD_IDENTITY_AUTHORITY_HOST: url };
}

function appService(url: string): Environment {
  return { IDENTITY_ENDPOINT: `${url}/msi/token`, IDENTITY_HEADER: "h3ader" };
}

interface SetUp {
  readonly azure: LogsIngestionSimulator;
  readonly context: ConnectorContext;
  readonly getToken: (scope?: string) => Promise<unknown>;
}

async function setUp(
  options: LogsIngestionSimulatorOptions = {},
  change: Change = {},
  environment: Environment | ((url: string) => Environment) = {},
  overrides: Partial<ConnectorContext> = {},
): Promise<SetUp> {
  const context = createTestContext(overrides);
  const azure = await startLogsIngestionSimulator({ now: context.now, ...options });
  onTestFinished(async () => {
    await context.egress.close();
    await azure.close();
  });
  const settings = Object.entries({ ...azure.config, ...change }).filter(([, value]) => value !== undefined);
  const config = sentinelSchema.parse(Object.fromEntries(settings));
  const variables = typeof environment === "function" ? environment(azure.url) : environment;
  const credential = configuredCredential(config, context, variables);
  const abortSignal = AbortSignal.timeout(5000);
  return { azure, context, getToken: (scope = clouds.public.scope) => credential.getToken(scope, { abortSignal }) };
}

async function failureOf(getToken: SetUp["getToken"]): Promise<unknown> {
  return getToken().then(() => "a token", tokenVerdictOf);
}

async function temporaryFile(content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sentinel-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "content");
  await writeFile(file, content);
  return file;
}
