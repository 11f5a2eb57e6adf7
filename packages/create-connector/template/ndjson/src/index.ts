import type { HttpReply, SendResult } from "@arbitex/core";
import { classifyOwn, classifyStranger, defineConnector, httpClient, httpSink } from "@arbitex/core";
import { jsonOf, ndjson, reasonOf, secret, tlsSettings } from "@arbitex/core";
import { z } from "zod";

/** Acme Log over HTTP. Each batch is one POST with an event on each line. */
export const acmeLog = defineConnector({
  type: "acme_log",
  displayName: "Acme Log",
  guarantee: "accepted",
  envPrefix: "ACME_LOG",
  configSchema: z.strictObject({
    url: z.url().meta({ description: "Address that takes the events." }),
    token: secret({ description: "Token of the intake." }),
    ...tlsSettings,
  }),
  limits: { maxBatchBytes: 1_000_000 },
  framing: ndjson,
  open: ({ url, token, ...tls }, context) =>
    httpSink({
      http: httpClient({ context, tls }),
      framing: ndjson,
      encode: (record) => ({ record }),
      request: () => ({ url, headers: { authorization: `Bearer ${token.reveal()}` } }),
      classify: (reply) => classify(reply, context.now()),
    }),
});

/** Acme Log answers in JSON. Anything else comes from a proxy or another service: it is no success, and ends no event. */
function classify(reply: HttpReply, now: number): SendResult {
  if (jsonOf(reply) !== undefined) return classifyOwn(reply, reasonOf(reply), now);
  return classifyStranger(reply, now, "Check url: it is not Acme Log that answers.");
}

export default acmeLog;
