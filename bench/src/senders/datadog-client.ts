import { client, v2 } from "@datadog/datadog-api-client";
import type { Sender } from "../contender.ts";
import { addressOf, inBatches } from "../contender.ts";

/** Datadog's own JavaScript client. */
export const datadogClient: Sender = {
  kind: "sender",
  sinks: ["datadog"],
  input: "objects",
  open(sinks) {
    const { url, config } = addressOf(sinks, "datadog");
    const configuration = client.createConfiguration({
      authMethods: { apiKeyAuth: String(config["api_key"]) },
      baseServer: new client.BaseServerConfiguration(url, {}),
    });
    const logs = new v2.LogsApi(configuration);
    const fixed = { ddsource: "arbitex", hostname: "gw-1", service: "arbitex-platform" };
    return {
      deliver: ({ objects }) =>
        inBatches(objects, async (batch) => {
          await logs.submitLog({ body: batch.map((event) => ({ ...fixed, message: JSON.stringify(event) })) });
        }),
      close() {},
    };
  },
};
