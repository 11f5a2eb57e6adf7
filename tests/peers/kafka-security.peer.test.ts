// First: the certificates' library finds its own parts through it.
import "reflect-metadata";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { node24 } from "../../faults/src/kafka/node-24.ts";
import { BIN } from "../../faults/src/root.ts";
import { createAuthority } from "../certificates.ts";
import type { KafkaServers } from "./kafka-servers.ts";
import { openKafkaServers, START_MS, WAIT } from "./kafka-servers.ts";
import { until } from "./until.ts";

const COMMAND_MS = 120_000;
const PASSWORD = "pa55-of-the-siem";

const nowhere = () => ({ destinations: [] });

let folder: string;
let world: KafkaServers;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kafka-security-"));
  const authority = await createAuthority("Kafka");
  const broker = await authority.issue({ name: "broker", usage: "server" });
  const client = await authority.issue({ name: "siem", usage: "client" });
  const files = {
    "ca.pem": authority.cert,
    "broker.pem": `${broker.key}\n${broker.cert}`,
    "client.pem": client.cert,
    "client.key": client.key,
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  const scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;";
  const access = {
    protocol: "SASL_SSL" as const,
    settings: {
      "ssl.keystore.type": "PEM",
      "ssl.keystore.location": join(folder, "broker.pem"),
      "ssl.truststore.type": "PEM",
      "ssl.truststore.location": join(folder, "ca.pem"),
      "ssl.client.auth": "required",
      "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
      "plain.sasl.jaas.config": `org.apache.kafka.common.security.plain.PlainLoginModule required user_siem="${PASSWORD}";`,
      "scram-sha-256.sasl.jaas.config": scram,
      "scram-sha-512.sasl.jaas.config": scram,
    },
    users: [256, 512].map((size) => `SCRAM-SHA-${size}=[name=siem,password=${PASSWORD}]`),
  };
  world = await openKafkaServers({ cluster: { size: 1, access }, partitions: 2, config: nowhere });
}, START_MS);

afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
}, START_MS);

/** What `validate` says of the cluster, reached with these settings. */
async function validated(settings: object) {
  const configPath = join(folder, "siem.config.json");
  const queue = { store: "kafka", brokers: world.kafka.addressesFor(0), ...settings };
  await writeFile(configPath, JSON.stringify({ environment: false, queue, destinations: [] }));
  const node = await node24();
  return new Promise<{ readonly problems: readonly { readonly message: string }[]; readonly text: string }>(
    (resolve, reject) => {
      const environment = { PATH: process.env["PATH"], DATABASE_URL: "postgresql://nobody@127.0.0.1:1/none" };
      execFile(node, [BIN, "validate", "--json"], { cwd: folder, env: environment }, (_, stdout, stderr) => {
        const text = stdout + stderr;
        if (stdout === "") reject(new Error(text));
        else resolve({ problems: JSON.parse(stdout).problems, text });
      });
    },
  );
}

const files = () => ({ ca: join(folder, "ca.pem"), cert: join(folder, "client.pem"), key: join(folder, "client.key") });
const sasl = (mechanism: string, password = PASSWORD) => ({ mechanism, username: "siem", password });

describe("a cluster that asks for certificates and a password", () => {
  it.each(["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])(
    "is reached over TLS with %s",
    { timeout: COMMAND_MS },
    async (mechanism) => {
      expect((await validated({ tls: files(), sasl: sasl(mechanism) })).problems).toEqual([]);
    },
  );

  it.each(["PLAIN", "SCRAM-SHA-512"])(
    "says that the password is refused, and not what it is: %s",
    { timeout: COMMAND_MS },
    async (mechanism) => {
      const { problems, text } = await validated({ tls: files(), sasl: sasl(mechanism, "wr0ng-password") });
      expect(problems).toMatchObject([{ message: expect.stringMatching(/cannot be used.*authentication/i) }]);
      expect(text).not.toContain("wr0ng-password");
    },
  );

  it.each(["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])(
    "carries events over TLS with %s, from the request to the SIEM",
    { timeout: START_MS },
    async (mechanism) => {
      await world.configure(({ url }) => ({
        queue: { tls: files(), sasl: sasl(mechanism) },
        destinations: [{ id: "soc", type: "splunk_hec", config: { url, token: "t" } }],
      }));
      await world.start();
      const uids = Array.from({ length: 200 }, (_, at) => `o${mechanism.replaceAll(/\D/g, "") || 0}-${at}`);
      await world.post("org", uids);
      await until(() => uids.every((uid) => world.siem.seen.has(uid)), { what: "every event", ...WAIT });
      await Promise.all(world.servers.map((server) => server.kill("SIGTERM")));
    },
  );

  it("says that its certificate is not trusted", { timeout: COMMAND_MS }, async () => {
    const { problems } = await validated({ tls: true, sasl: sasl("PLAIN") });
    expect(problems).toMatchObject([{ message: expect.stringMatching(/certificate/i) }]);
  });

  it("says that it asks for a certificate", { timeout: COMMAND_MS }, async () => {
    const { problems } = await validated({ tls: { ca: files().ca }, sasl: sasl("PLAIN") });
    expect(problems).toMatchObject([{ message: expect.stringMatching(/cannot be used.*certificate/i) }]);
  });
});
