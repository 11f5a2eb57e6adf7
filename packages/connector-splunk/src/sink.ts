import { randomUUID } from "node:crypto";
import type { Batch, ConnectorContext, HttpReply, Sink } from "@arbitex/core";
import { httpClient, httpSink, refuseFutureEvents, refuseWideEvents } from "@arbitex/core";
import { createAcknowledgedSend } from "./acknowledged-send.ts";
import type { AcknowledgementTiming } from "./acknowledgement.ts";
import { CHANNEL_HEADER } from "./channel.ts";
import { checkHec } from "./check.ts";
import type { HecVerdict } from "./classify.ts";
import { classifyReply } from "./classify.ts";
import { createEncoder, encodeRaw, hecTime, metadataOf, wholeSeconds } from "./encode.ts";
import type { AuthScheme, Preset } from "./presets.ts";
import { presets } from "./presets.ts";
import type { SplunkHecConfig } from "./schema.ts";
import { hecEndpoints } from "./url.ts";

/**
 * Splunk documents polls about every 10 s and resending after about 5 minutes. The first polls come sooner, since most
 * acks do.
 */
const documentedTiming: AcknowledgementTiming = {
  firstPollMs: 1000,
  maxPollMs: 10_000,
  pollTimeoutMs: 30_000,
  timeoutMs: 300_000,
};

/** Opens the sink of a HEC destination. `timing` is for tests. */
export function openHecSink(config: SplunkHecConfig, context: ConnectorContext, timing = documentedTiming): Sink {
  const { index, source, sourcetype, ack, shape, success, host = context.hostname } = config;
  const preset = presets[config.preset];
  const envelope = { host, source, sourcetype, index };
  const endpoints = hecEndpoints({ ...config, metadata: metadataOf(envelope) });
  const http = httpClient({ context, tls: config });
  const headers = headersOf(config);
  const manners = { ...preset, success };
  const encode = shape === "raw" ? encodeRaw : createEncoder(envelope, preset.wholeSeconds ? wholeSeconds : hecTime);
  const noteCapacity = createCapacityNote(context);

  function classify(reply: HttpReply, batch: Batch): HecVerdict {
    const verdict = classifyReply(reply, batch, context.now(), manners);
    if (verdict.result.kind === "accepted") noteCapacity(verdict.nearCapacity === true);
    return verdict;
  }

  const plain = httpSink({
    http,
    encode: withoutDropped(encode, preset),
    request: () => ({ url: endpoints.intake, headers }),
    classify: (reply, batch) => classify(reply, batch).result,
    check: (signal, onStep) =>
      checkHec({ http, endpoints, headers, index, ack, manners, now: context.now }, signal, onStep),
  });
  // The schema refuses `ack` where no address for it is known.
  const { ack: ackUrl } = endpoints;
  if (!ack || ackUrl === undefined) return plain;

  const acknowledged = createAcknowledgedSend({
    context,
    timing,
    classify,
    post: ({ body, contentType, contentEncoding }, channel, signal) => {
      const content = { "content-type": contentType, ...(contentEncoding && { "content-encoding": contentEncoding }) };
      return http.send({ url: endpoints.intake, body, headers: { ...content, ...headers, ...channel } }, signal);
    },
    poll: (ids, channel, signal) => {
      const body = Buffer.from(JSON.stringify({ acks: ids }));
      const content = { "content-type": "application/json" };
      return http.send({ url: ackUrl, body, headers: { ...headers, ...content, ...channel } }, signal);
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

/** The names of an envelope, and the time. */
const ENVELOPE_FIELDS = 5;

/** Refuses the events that the product would take and then drop. */
function withoutDropped(encode: Sink["encode"], { product, maxFields, maxAheadMs }: Preset): Sink["encode"] {
  const narrow =
    maxFields === undefined
      ? encode
      : refuseWideEvents(encode, { siem: product, maxFields, ownFields: ENVELOPE_FIELDS });
  return maxAheadMs === undefined ? narrow : refuseFutureEvents(narrow, { siem: product, aheadMs: maxAheadMs });
}

/** Returns the headers of every request. */
function headersOf({ auth_scheme, token, shape }: SplunkHecConfig): Readonly<Record<string, string>> {
  return {
    authorization: authorizationOf(auth_scheme, token.reveal().trim()),
    // Splunk requires a channel with each raw request, acknowledged or not.
    ...(shape === "raw" && { "content-type": "text/plain; charset=utf-8", [CHANNEL_HEADER]: randomUUID() }),
  };
}

function authorizationOf(scheme: AuthScheme, token: string): string {
  switch (scheme) {
    case "splunk":
      return `Splunk ${token}`;
    case "bearer":
      return `Bearer ${token}`;
    case "basic":
      return `Basic ${Buffer.from(`x:${token}`).toString("base64")}`;
    default:
      return scheme satisfies never;
  }
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
