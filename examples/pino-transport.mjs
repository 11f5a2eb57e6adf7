// A pino transport: log lines with `audit: true` go to Splunk as OCSF events, the others nowhere. pino-logger.mjs uses it.
import { Duplex } from "node:stream";
import { splunkHec } from "@arbitex/connector-splunk";
import { createHost, openDiskQueueStore, systemClock } from "@arbitex/core/host";
import { createEventBuilders } from "@arbitex/core/ocsf";

const silent = { debug() {}, info() {}, warn: console.warn, error: console.error, child: () => silent };

export default async function auditTransport({ url, token, queue }) {
  const host = await createHost({
    logger: silent,
    queueStore: await openDiskQueueStore({ path: queue, clock: systemClock, logger: silent }),
    destinations: [{ id: "soc", connector: splunkHec, config: splunkHec.configSchema.parse({ url, token }) }],
  });
  const events = createEventBuilders({ product: { name: "My service", vendorName: "Example" } });

  // pino waits until what was written is taken from here, so no line is dropped while the disk is slow.
  return Duplex.from(async (chunks) => {
    let rest = "";
    for await (const chunk of chunks) {
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop() ?? "";
      const records = lines.map((line) => JSON.parse(line)).filter(({ audit }) => audit === true);
      await host.publish(records.map((record) => eventOf(events, record)));
    }
    await host.stop();
  });
}

function eventOf(events, { time, msg, user, operation }) {
  return events.apiActivity({ time, message: msg, operation, user: { name: user } });
}
