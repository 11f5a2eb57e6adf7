import qradar from "@arbitex/connector-qradar";
import splunk from "@arbitex/connector-splunk";
import type { AnyConnector } from "@arbitex/core";
import type { Destination, EgressSettings } from "@arbitex/core/host";
import { createHost } from "@arbitex/core/host";
import { createEventGenerator, startHecSimulator, startSyslogSimulator, testCertificates } from "@arbitex/simulators";
import { describe, expect, it, onTestFinished } from "vitest";

const ORG = "acme";
const events = createEventGenerator({ seed: 1, orgIds: [ORG] });

describe.each(["splunk_hec", "qradar"])("a destination of type %s on this machine", (type) => {
  it("is refused to an organisation, which is told what to do and keeps its events", async () => {
    const { requests, host } = await delivered(type, ORG, {});
    expect(host.status().destinations).toMatchObject([
      {
        health: "failed",
        reason: expect.stringContaining("SIEM_EGRESS_ADDRESS"),
        fix: expect.stringContaining("egress.allow"),
        queued: 3,
      },
    ]);
    expect(requests()).toBe(0);
  });

  it("says so in its check, and nothing of what it found", async () => {
    const { host } = await delivered(type, ORG, {}, "localhost");
    const report = await host.check(type);
    expect(report?.steps).toMatchObject([{ status: "failed", fix: expect.stringContaining("egress.allow") }]);
    expect(JSON.stringify(report)).not.toMatch(/127\.|::1/);
  });

  it.each([
    ["its address is open", ORG, { allow: ["127.0.0.0/8"] }, "127.0.0.1"],
    ["its name is open", ORG, { allow: ["localhost"] }, "localhost"],
    ["the guard is off", ORG, { guard: "off" }, "127.0.0.1"],
    ["it is a global one", null, {}, "127.0.0.1"],
  ] as const)("is reached where %s", async (_, orgId, egress, name) => {
    const { stored, host } = await delivered(type, orgId, egress, name);
    expect(host.status().destinations).toMatchObject([{ health: "healthy", queued: 0 }]);
    expect(stored()).toBe(3);
  });

  it("is refused to all under guard: all", async () => {
    const { requests, host } = await delivered(type, null, { guard: "all" });
    expect(host.status().destinations).toMatchObject([
      { health: "failed", fix: expect.stringContaining("egress.allow") },
    ]);
    expect(requests()).toBe(0);
  });
});

async function delivered(type: string, orgId: string | null, egress: EgressSettings, name = "127.0.0.1") {
  const siem =
    type === "qradar" ? await startSyslogSimulator() : await startHecSimulator({ tls: testCertificates.server });
  const connector: AnyConnector = type === "qradar" ? qradar : splunk;
  const settings = JSON.parse(JSON.stringify(siem.config).replaceAll("127.0.0.1", name)) as object;
  const destination: Destination = {
    id: type,
    connector,
    config: connector.configSchema.parse({ ...settings, tls_ca: testCertificates.ca }),
    orgId,
    delivery: { flushIntervalMs: 0 },
  };
  const host = await createHost({ destinations: [destination], egress });
  onTestFinished(async () => {
    await host.stop({ deadlineMs: 0 });
    await siem.close();
  });
  await host.publish([events.next(), events.next(), events.next()]);
  await host.settled();
  return { host, requests: () => siem.counts().requests, stored: () => siem.counts().stored };
}
