import type { Batch, ConnectorContext, HttpRequest, Sink } from "@arbitex/core";
import { authorizationHeaders, httpClient, httpSink } from "@arbitex/core";
import { checkReceiver } from "./check.ts";
import { classifyReply } from "./classify.ts";
import type { WebhookConfig } from "./schema.ts";
import { framings } from "./shapes.ts";
import { messageId, signatures } from "./sign.ts";
import { keyOf } from "./signing-secret.ts";

/** Opens the sink of a webhook. */
export function openWebhookSink(config: WebhookConfig, context: ConnectorContext): Sink {
  const { shape, expected_reply: text } = config;
  const url = new URL(config.url.reveal().trim());
  const http = httpClient({ context, tls: config });
  const authorization = authorizationHeaders(config);
  const keys = [config.signing_secret, config.previous_signing_secret].filter((key) => key !== undefined).map(keyOf);

  function request({ body }: Pick<Batch, "body">): HttpRequest {
    const id = messageId(context.destinationId, body);
    const timestamp = Math.floor(context.now() / 1000);
    const signature = keys.length > 0 && { "webhook-signature": signatures({ id, timestamp, body }, keys) };
    const own = { "webhook-id": id, "webhook-timestamp": String(timestamp), ...signature };
    return { url, headers: { ...authorization, ...own } };
  }

  function post(signal: AbortSignal) {
    const { contentType, prefix = "", suffix = "" } = framings[shape];
    const body = Buffer.from(shape === "array" ? prefix + suffix : "");
    const { headers } = request({ body });
    return http.send({ url, body, headers: { "content-type": contentType, ...headers } }, signal);
  }

  const classify = (reply: Parameters<typeof classifyReply>[0]) => classifyReply(reply, { text, now: context.now() });
  return httpSink({
    http,
    encode: (record) => ({ record }),
    request,
    classify,
    check: (signal) =>
      checkReceiver(
        {
          post: shape === "single" ? undefined : post,
          get: (ended) => http.send({ url, method: "GET", headers: authorization }, ended),
          classify,
          host: url.host,
        },
        signal,
      ),
  });
}
