import { splunkHec } from "@arbitex/connector-splunk";
import { createHost } from "@arbitex/core/host";
import { createEventGenerator, startHecSimulator } from "@arbitex/simulators";
import { expect, it, onTestFinished, vi } from "vitest";

it("a credential that the SIEM's answer repeats shows in no dead letter and no status", async () => {
  const hec = await startHecSimulator();
  const token = String(hec.config["token"]);
  const reasons: string[] = [];
  const host = await createHost({
    destinations: [
      {
        id: "soc",
        connector: splunkHec,
        config: splunkHec.configSchema.parse(hec.config),
        delivery: { flushIntervalMs: 10 },
      },
    ],
    openDeadLetters: () => ({
      append: async (deadLetters) => void reasons.push(...deadLetters.map(({ reason }) => reason)),
      close: async () => undefined,
    }),
  });
  onTestFinished(async () => {
    await host.stop({ deadlineMs: 0 });
    await hec.close();
  });
  const events = createEventGenerator({ seed: 1 });
  const echo = JSON.stringify({ text: `authorization: Splunk ${token}`, code: 12 });
  hec.faults.set([{ kind: "status", status: 400, body: echo }]);
  await host.publish(events.next());
  await host.settled();
  expect(reasons).toHaveLength(1);
  hec.faults.set([{ kind: "status", status: 422, body: `<pre>authorization: Splunk ${token}</pre>` }]);
  await host.publish(events.next());
  await vi.waitFor(() => expect(host.status().destinations[0]?.health).toBe("failed"));
  expect(JSON.stringify([reasons, host.status()])).not.toContain(token);
});
