import { defineConnector } from "@arbitex/core";
import { webhookSchema } from "./schema.ts";
import { framings } from "./shapes.ts";
import { openWebhookSink } from "./sink.ts";

/** Any HTTPS endpoint, signed by Standard Webhooks. */
export const webhook = defineConnector({
  type: "webhook",
  displayName: "Webhook",
  envPrefix: "WEBHOOK",
  configSchema: webhookSchema,
  // 2xx means that the receiver has the events; what it does with them is unknown.
  guarantee: "accepted",
  limits: ({ shape, max_body_bytes }) => ({
    maxBatchBytes: max_body_bytes,
    ...(shape === "single" && { maxBatchEvents: 1 }),
  }),
  // One event per request is slow if each waits for the previous answer.
  defaults: ({ shape }) => (shape === "single" ? { concurrency: 8 } : {}),
  // The signature covers the body as sent. If a server decompresses it before the receiver's code sees it, no signature
  // would match.
  compressions: ({ signing_secret }) => (signing_secret === undefined ? ["none", "gzip"] : ["none"]),
  framing: ({ shape }) => framings[shape],
  open: (config, context) => openWebhookSink(config, context),
});

export default webhook;
export type { WebhookConfig } from "./schema.ts";
