import type { Batch, ConnectorContext, HttpReply, Sink } from "@arbitex/core";
import { httpClient, httpSink } from "@arbitex/core";
import { createAcknowledgedSend } from "./acknowledged-send.ts";
import type { AcknowledgementTiming } from "./acknowledgement.ts";
import { checkHec } from "./check.ts";
import type { HecVerdict } from "./classify.ts";
import { classifyReply } from "./classify.ts";
import { createEncoder } from "./encode.ts";
import type { SplunkHecConfig } from "./schema.ts";
import { hecEndpoints } from "./url.ts";

/** Splunk's documents: poll about every 10 s, send again after about 5 minutes. The first polls come sooner: most acks do. */
const documentedTiming: AcknowledgementTiming = {
  firstPollMs: 1000,
  maxPollMs: 10_000,
  pollTimeoutMs: 30_000,
  timeoutMs: 300_000,
};

/** The live end of one HEC destination. `timing` is for tests. */
export function openHecSink(config: SplunkHecConfig, context: ConnectorContext, timing = documentedTiming): Sink {
  const { index, source, sourcetype, ack, host = context.hostname } = config;
  const endpoints = hecEndpoints(config.url);
  const http = httpClient({ context, tls: config });
  const authorization = { authorization: `Splunk ${config.token.reveal().trim()}` };
  const noteCapacity = createCapacityNote(context);

  function classify(reply: HttpReply, batch: Batch): HecVerdict {
    const verdict = classifyReply(reply, batch, context.now());
    if (verdict.result.kind === "accepted") noteCapacity(verdict.nearCapacity === true);
    return verdict;
  }

  const plain = httpSink({
    http,
    encode: createEncoder({ host, source, sourcetype, index }),
    request: () => ({ url: endpoints.event, headers: authorization }),
    classify: (reply, batch) => classify(reply, batch).result,
    check: (signal) => checkHec({ http, endpoints, headers: authorization, index, ack, now: context.now }, signal),
  });
  if (!ack) return plain;

  const acknowledged = createAcknowledgedSend({
    context,
    timing,
    classify,
    post: ({ body, contentType, contentEncoding }, headers, signal) => {
      const content = { "content-type": contentType, ...(contentEncoding && { "content-encoding": contentEncoding }) };
      return http.send({ url: endpoints.event, body, headers: { ...content, ...authorization, ...headers } }, signal);
    },
    poll: (ids, headers, signal) => {
      const body = Buffer.from(JSON.stringify({ acks: ids }));
      const content = { "content-type": "application/json" };
      return http.send({ url: endpoints.ack, body, headers: { ...content, ...authorization, ...headers } }, signal);
    },
  });
  return {
    ...plain,
    send: acknowledged.send,
    async close() {
      acknowledged.close();
    },
  };
}

function createCapacityNote({ logger }: ConnectorContext): (near: boolean) => void {
  let wasNear = false;
  return (near) => {
    if (near === wasNear) return;
    wasNear = near;
    if (near) logger.warn({}, "Splunk takes events but its queues are nearly full");
    else logger.info({}, "Splunk's queues have room again");
  };
}
