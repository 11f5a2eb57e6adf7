import { startWebhookSimulator } from "@arbitex/simulators";
import type { SimulatedSiemOptions } from "@arbitex/testkit/conformance";
import { testConnector } from "@arbitex/testkit/conformance";
import manifest from "../package.json" with { type: "json" };
import { webhook } from "./index.ts";

testConnector({ connector: webhook, manifest });

testConnector({
  connector: { ...webhook, displayName: "Webhook in lines" },
  manifest,
  simulator: {
    start: (options: SimulatedSiemOptions) => startWebhookSimulator({ ...options, shape: "ndjson" }),
    lacks: { partial: "its answer holds for the whole body, never for single events" },
  },
});
