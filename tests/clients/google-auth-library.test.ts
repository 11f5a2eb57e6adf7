import { createPublicKey } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { googleSecOps } from "@arbitex/connector-google-secops";
import { startChronicleSimulator } from "@arbitex/simulators";
import { createTestContext } from "@arbitex/testkit";
import { ExternalAccountClient, JWT, OAuth2Client } from "google-auth-library";
import { expect, it, onTestFinished } from "vitest";

const SCOPE = "https://www.googleapis.com/auth/cloud-platform";

async function start() {
  const chronicle = await startChronicleSimulator({ now: Date.now });
  onTestFinished(() => chronicle.close());
  const key: Record<string, string> = JSON.parse(String(chronicle.config["service_account_key"]));
  return { chronicle, key };
}

it("google-auth-library gets a token of a service account from the simulator", async () => {
  const { chronicle, key } = await start();
  const client = new JWT({ email: key["client_email"] ?? "", key: key["private_key"] ?? "", scopes: [SCOPE] });
  // The library knows one address of the token service, and not that of the key file.
  client.transporter.interceptors.request.add({
    async resolved(options) {
      return { ...options, url: new URL(key["token_uri"] ?? "") };
    },
  });
  const { token } = await client.getAccessToken();
  const reply = await fetch(`${chronicle.url}${pathOf(chronicle.config)}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ inlineSource: { logs: [logOf("one")] } }),
  });
  expect({ status: reply.status, body: await reply.json() }).toEqual({ status: 200, body: {} });
  expect(chronicle.stored.map(({ data }) => data)).toEqual(["one"]);
});

it("google-auth-library exchanges a workload's own token at the simulator", async () => {
  const { chronicle } = await start();
  const folder = await mkdtemp(join(tmpdir(), "subject-token-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "token");
  await writeFile(file, "simulated-subject-token");
  const client = ExternalAccountClient.fromJSON({
    ...JSON.parse(chronicle.workloadIdentity({ file })),
    scopes: [SCOPE],
  });
  const answer = await client?.getAccessToken();
  expect(answer?.token).toMatch(/^ya29\./);
});

it("google-auth-library verifies what the connector signs for a token", async () => {
  const { chronicle, key } = await start();
  const context = createTestContext({ now: Date.now });
  onTestFinished(() => context.egress.close());
  const sink = await googleSecOps.open(googleSecOps.configSchema.parse(chronicle.config), context);
  const report = await sink.check?.(AbortSignal.timeout(10_000));
  expect(report?.steps.map(({ name, status }) => `${name} ${status}`)).toEqual(["credential passed", "target passed"]);

  const form = new URLSearchParams(chronicle.requests.find(({ path }) => path === "/token")?.body);
  const publicKey = createPublicKey(key["private_key"] ?? "").export({ type: "spki", format: "pem" });
  const ticket = await new OAuth2Client().verifySignedJwtWithCertsAsync(
    form.get("assertion") ?? "",
    { [key["private_key_id"] ?? ""]: String(publicKey) },
    key["token_uri"],
    [key["client_email"] ?? ""],
  );
  expect(ticket.getPayload()).toMatchObject({ iss: key["client_email"], aud: key["token_uri"], scope: SCOPE });
});

function pathOf({ project_id, region, instance_id }: Readonly<Record<string, unknown>>): string {
  return `/v1/projects/${String(project_id)}/locations/${String(region)}/instances/${String(instance_id)}/logTypes/ARBITEX_AUDIT/logs:import`;
}

function logOf(text: string) {
  const time = new Date().toISOString();
  return { data: Buffer.from(text).toString("base64"), logEntryTime: time, collectionTime: time };
}
