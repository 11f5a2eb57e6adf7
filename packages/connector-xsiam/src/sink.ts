import type { ConnectorContext, Sink } from "@arbitex/core";
import { httpClient, httpSink } from "@arbitex/core";
import { checkCollector } from "./check.ts";
import { classifyReply, isXsiam } from "./classify.ts";
import { collectorUrl } from "./collector-url.ts";
import { createMismatchWatch } from "./mismatch.ts";
import type { XsiamConfig } from "./schema.ts";

/** Opens the sink of an HTTP log collector. */
export function openXsiamSink(config: XsiamConfig, context: ConnectorContext): Sink {
  const { compression, api_key, api_key_id } = config;
  const url = collectorUrl(config.url);
  const http = httpClient({ context, tls: config });
  const headers = {
    // The key unchanged: with a scheme before it, it is refused.
    authorization: api_key.reveal().trim(),
    ...(api_key_id !== undefined && { "x-xdr-auth-id": api_key_id }),
  };
  const mismatch = createMismatchWatch(compression);

  const plain = httpSink({
    http,
    // The event unchanged: the collector accepts JSON without an envelope.
    encode: ({ json }) => json,
    request: () => ({ url, headers }),
    classify(reply) {
      const result = classifyReply(reply, context.now());
      if (result.kind === "accepted") mismatch.succeeded();
      // In Cortex XSIAM's format; any other 500 is another service's failure.
      return reply.status === 500 && isXsiam(reply) ? mismatch.failed(reply) : result;
    },
  });
  // Delivery settings override the connector's, and hold as long as the sink is open.
  let conflict: Conflict | undefined;
  return {
    ...plain,
    async send(batch, signal) {
      const used = batch.contentEncoding ?? "none";
      conflict = used === compression ? undefined : conflictOf(used, compression);
      return conflict === undefined ? plain.send(batch, signal) : { kind: "suspend", ...conflict };
    },
    async check(signal) {
      if (conflict === undefined) return checkCollector({ http, url, headers, compression, now: context.now }, signal);
      const { reason, fix } = conflict;
      return { steps: [{ name: "compression", status: "failed", detail: reason, fix }] };
    },
  };
}

interface Conflict {
  readonly reason: string;
  readonly fix: string;
}

function conflictOf(used: string, wanted: string): Conflict {
  return {
    reason: `the delivery's compression is ${used}, the collector's is ${wanted}`,
    fix: "Take compression out of delivery: the destination's own setting compression is enough.",
  };
}
