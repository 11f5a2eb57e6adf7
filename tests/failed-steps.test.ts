import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Destination, Host } from "@arbitex/core/host";
import { createConnectorRegistry, createHost, discoverConnectors } from "@arbitex/core/host";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { httpSettings } from "./http-settings.ts";

const registry = createConnectorRegistry(await discoverConnectors(import.meta.dirname));
const SECRET = "sEcReT-0123456789-canary";

const overHttp: typeof httpSettings = {
  ...httpSettings,
  s3: (url) => ({
    bucket: "logs",
    region: "eu-central-1",
    access_key_id: "AKIA0000000000000000",
    secret_access_key: SECRET,
    endpoint: url,
    path_style: true,
  }),
  webhook: (url) => ({ url: `${url}/hooks/${SECRET}` }),
  splunk_hec: (url) => ({ url, token: SECRET }),
};
const otherwise: Readonly<Record<string, (port: number) => object>> = {
  qradar: (port) => ({ host: "127.0.0.1", port }),
  syslog: (port) => ({ host: "127.0.0.1", port }),
  file: () => ({ path: "/dev/null/audit" }),
};

let host: Host;
/** Refuses whatever it is asked, and repeats it. */
const refusing = createServer((request, reply) => {
  const told = [request.url, ...request.rawHeaders].join(" ");
  request.resume().once("end", () => reply.writeHead(403, { "content-type": "text/plain" }).end(`no: ${told}`));
});
let refusingUrl: string;
/** Nothing listens there. */
let closedPort: number;

beforeAll(async () => {
  host = await createHost({ destinations: [], egress: { guard: "off" } });
  refusing.listen(0, "127.0.0.1");
  const closed = createServer().listen(0, "127.0.0.1");
  await Promise.all([once(refusing, "listening"), once(closed, "listening")]);
  refusingUrl = `http://127.0.0.1:${(refusing.address() as AddressInfo).port}`;
  closedPort = (closed.address() as AddressInfo).port;
  closed.close();
  await once(closed, "close");
});
afterAll(async () => {
  await host.stop({ deadlineMs: 0 });
  refusing.close();
});

async function destinationOf(type: string, settings: object | undefined): Promise<Destination> {
  const connector = await registry.load(type);
  return { id: "soc", connector, config: connector.configSchema.parse(settings) };
}

it("every connector is tried here", () => {
  const types = registry.packages.map(({ type }) => type).toSorted();
  expect([...Object.keys(overHttp), ...Object.keys(otherwise)].toSorted()).toEqual(types);
});

describe.each(Object.keys(overHttp))("a test of %s", (type) => {
  it("names the step that failed, and shows the request that got no answer", async () => {
    const url = `http://127.0.0.1:${closedPort}`;
    const { steps } = await host.checkDestination(await destinationOf(type, overHttp[type]?.(url)));
    const failed = steps.find(({ status }) => status === "failed");
    expect(failed).toMatchObject({ fix: expect.any(String), exchange: { answer: undefined } });
    expect(failed?.exchange?.failure).toContain("ECONNREFUSED");
    expect(failed?.exchange?.request.url).toContain(url);
  });

  it("shows request and answer where it is refused, as does one event, and no secret", async () => {
    const destination = await destinationOf(type, overHttp[type]?.(refusingUrl));
    const { steps } = await host.checkDestination(destination);
    expect(steps[0]).toMatchObject({ name: "connect", status: "passed" });
    const failed = steps.find(({ status }) => status === "failed");
    expect(failed?.exchange?.answer).toMatchObject({ status: 403, body: expect.stringMatching(/^no: /) });
    const event = { class_uid: 6003, time: Date.now(), severity_id: 1, metadata: { uid: "e1" } };
    const trial = await host.sendTrial(destination, event);
    expect(trial.verdict).not.toBe("accepted");
    expect(trial.exchange?.answer).toMatchObject({ status: 403 });
    const shown = JSON.stringify([steps, trial]);
    expect(shown).not.toContain(SECRET);
    expect(shown).not.toMatch(/eyJ[\w-]{10,}\.|sim~ulated-client-secret|51e3a9f0c0de4000800051e3a9f0c0de|a2V5OmtleQ==/);
  });
});

describe.each(Object.keys(otherwise))("a test of %s", (type) => {
  it("names the step that failed", async () => {
    const { steps } = await host.checkDestination(await destinationOf(type, otherwise[type]?.(closedPort)));
    const failed = steps.find(({ status }) => status === "failed");
    expect(failed?.name).toBe(type === "file" ? "folder" : "connect");
    expect(failed?.detail).not.toBe("");
  });
});
