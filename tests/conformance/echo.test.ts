import { splunkHec } from "@arbitex/connector-splunk";
import { createHost } from "@arbitex/core/host";
import { createEventGenerator, startHecSimulator } from "@arbitex/testkit";
import { expect, it, onTestFinished } from "vitest";

it("a credential that the SIEM's answer repeats shows in no dead letter and no status", async () => {
  const hec = await startHecSimulator();
  const token = String(hec.config["token"]);
  const reasons: string[] = [];
  const host = await createHost({
    destinations: [{ id: "soc", connector: splunkHec, config: splunkHec.configSchema.parse(hec.config) }],
    openDeadLetters: () => ({
      append: async (letters) => void reasons.push(...letters.map(({ reason }) => reason)),
      close: async () => undefined,
    }),
  });
  onTestFinished(async () => {
    await host.stop({ deadlineMs: 0 });
    await hec.close();
  });
  hec.faults.set([{ kind: "status", status: 422, body: `<pre>authorization: Splunk ${token}</pre>` }]);
  await host.publish(createEventGenerator({ seed: 1 }).next());
  await host.settled();
  expect(reasons).toHaveLength(1);
  expect(JSON.stringify([reasons, host.status()])).not.toContain(token);
});
