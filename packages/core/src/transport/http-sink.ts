import type { Batch } from "../connector/batch.ts";
import type { Sink } from "../connector/connector.ts";
import type { SendResult } from "../connector/send-result.ts";
import { classifyFailure } from "./classify-failure.ts";
import type { HttpClient, HttpRequest } from "./http-client.ts";
import type { HttpReply } from "../connector/http-reply.ts";

export interface HttpSinkOptions {
  readonly http: HttpClient;
  readonly encode: Sink["encode"];
  /** The request for a batch; its body is `batch.body` where none is given. Content type and encoding are added. */
  readonly request: (batch: Batch) => HttpRequest;
  /** What the reply means. Called for every status; `classifyStatus` knows the usual ones. */
  readonly classify: (reply: HttpReply, batch: Batch) => SendResult;
  readonly partitionKey?: NonNullable<Sink["partitionKey"]>;
  readonly check?: NonNullable<Sink["check"]>;
  readonly close?: NonNullable<Sink["close"]>;
}

/** A sink that posts each batch as one request. */
export function httpSink({ http, request, classify, ...rest }: HttpSinkOptions): Sink {
  return {
    ...rest,
    async send(batch, signal) {
      const { headers, ...target } = request(batch);
      let reply: HttpReply;
      try {
        reply = await http.send(
          {
            body: batch.body,
            events: batch.records.length,
            ...target,
            headers: {
              "content-type": batch.contentType,
              ...(batch.contentEncoding && { "content-encoding": batch.contentEncoding }),
              ...headers,
            },
          },
          signal,
        );
      } catch (error) {
        return classifyFailure(error);
      }
      return classify(reply, batch);
    },
  };
}
