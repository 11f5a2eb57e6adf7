import { Agent, request } from "undici";
import type { Sender } from "./sender.ts";
import { addressOf, inBatches } from "./sender.ts";

/**
 * The bare minimum in Node: serialise once, write into one body, post. No retries, no queue, no account; a yardstick, not a
 * product.
 */
export const prototypeHec: Sender = {
  sinks: ["splunk_hec"],
  async send(events, sinks) {
    const { url, config } = addressOf(sinks, "splunk_hec");
    const dispatcher = new Agent({ pipelining: 1 });
    const headers = { authorization: `Splunk ${String(config["token"])}`, "content-type": "application/json" };
    await inBatches(events, async (batch) => {
      const body = Buffer.allocUnsafeSlow(512 * 1024);
      let at = 0;
      for (const event of batch) {
        const time = Number(event["time"]) / 1000;
        at += body.write(`{"time":${time},"source":"bench","event":${JSON.stringify(event)}}\n`, at);
      }
      const reply = await request(`${url}/services/collector/event`, {
        method: "POST",
        dispatcher,
        headers,
        body: body.subarray(0, at),
      });
      if (reply.statusCode !== 200) throw new Error(`HTTP ${reply.statusCode}`);
      await reply.body.text();
    });
    await dispatcher.close();
  },
};
