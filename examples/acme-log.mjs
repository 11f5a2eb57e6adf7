import { classifyStatus, defineConnector, httpClient, httpSink, ndjson, secret } from "@arbitex/core";
import { z } from "zod";

export default defineConnector({
  type: "acme_log",
  displayName: "Acme Log",
  guarantee: "accepted",
  envPrefix: "ACME",
  configSchema: z.strictObject({
    url: z.url().meta({ description: "Where to." }),
    token: secret({ description: "Token." }),
  }),
  limits: { maxBatchBytes: 1_000_000 },
  framing: ndjson,
  open: ({ url, token }, context) =>
    httpSink({
      http: httpClient({ context }),
      framing: ndjson,
      encode: (record) => record.json,
      request: () => ({ url, headers: { authorization: `Bearer ${token.reveal()}` } }),
      classify: (reply) => classifyStatus(reply, context.now()),
    }),
});
