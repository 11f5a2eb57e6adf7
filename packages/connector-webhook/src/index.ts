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
  // 2xx says that the receiver has it; what it does with it is its own affair.
  guarantee: "accepted",
  limits: ({ shape, max_body_bytes }) => ({
    maxBatchBytes: max_body_bytes,
    ...(shape === "single" && { maxBatchEvents: 1 }),
  }),
  // One event a request is slow where each waits for the answer to the one before.
  defaults: ({ shape }) => (shape === "single" ? { concurrency: 8 } : {}),
  // A signature is over the body as sent. Where a server unpacks it before the receiver's code sees it, none would be good.
  compressions: ({ signing_secret }) => (signing_secret === undefined ? ["none", "gzip"] : ["none"]),
  framing: ({ shape }) => framings[shape],
  open: (config, context) => openWebhookSink(config, context),
});

export default webhook;
export type { WebhookConfig } from "./schema.ts";
