import type { Batch } from "../connector/batch.ts";
import type { CheckReport, OnStep } from "../connector/check-report.ts";
import type { Sink } from "../connector/connector.ts";
import type { Framing } from "../connector/framing.ts";
import type { SendResult } from "../connector/send-result.ts";
import { classifyFailure } from "./classify-failure.ts";
import type { HttpClient, HttpRequest } from "./http-client.ts";
import type { HttpReply } from "../connector/http-reply.ts";
import { noAnswer } from "./no-answer.ts";
import { verdictStep } from "./verdict-step.ts";

/** Options of `httpSink`: the members of a `Sink`, with `request` and `classify` in place of `send`. */
export interface HttpSinkOptions {
  readonly http: HttpClient;
  readonly encode: Sink["encode"];
  /** Builds the request of a batch. Default body: `batch.body`. Content type and encoding are added. */
  readonly request: (batch: Batch) => HttpRequest;
  /**
   * Maps a reply to a verdict. Called for every status; use `classifyStatus` for the usual ones. The framework
   * classifies failures without a reply.
   */
  readonly classify: (reply: HttpReply, batch: Batch) => SendResult;
  readonly partitionKey?: NonNullable<Sink["partitionKey"]>;
  /**
   * The connector's framing. With it, `check` posts a batch without events, built by `request`, and passes if
   * `classify` accepts the reply. For a SIEM that stores nothing for such a request.
   */
  readonly framing?: Framing;
  /** Replaces the check that `framing` adds. */
  readonly check?: NonNullable<Sink["check"]>;
  readonly close?: NonNullable<Sink["close"]>;
}

/**
 * Creates a sink that posts each batch as one request.
 *
 * @example
 * ```ts
 * import type { ConnectorContext, Sink } from "@arbitex/core";
 * import { classifyStatus, httpClient, httpSink, ndjson } from "@arbitex/core";
 *
 * export function openSink(url: string, context: ConnectorContext): Sink {
 *   return httpSink({
 *     http: httpClient({ context }),
 *     encode: (record) => ({ record }),
 *     request: () => ({ url }),
 *     classify: (reply) => classifyStatus(reply, context.now()),
 *     framing: ndjson,
 *   });
 * }
 * ```
 */
export function httpSink({ http, request, classify, framing, ...rest }: HttpSinkOptions): Sink {
  function post(batch: Batch, signal: AbortSignal): Promise<HttpReply> {
    const { headers, ...target } = request(batch);
    return http.send(
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
  }

  async function checkWithoutEvents(batch: Batch, signal: AbortSignal, onStep?: OnStep): Promise<CheckReport> {
    let reply: HttpReply;
    try {
      reply = await post(batch, signal);
    } catch (error) {
      return { steps: [noAnswer("connect", error, UNREACHABLE)] };
    }
    const connect = { name: "connect", status: "passed", detail: `it answers HTTP ${reply.status}` } as const;
    onStep?.(connect);
    const verdict = verdictStep("intake", classify(reply, batch), "it takes a request without events");
    return { steps: [connect, verdict] };
  }

  return {
    ...(framing && { check: (signal, onStep) => checkWithoutEvents(emptyBatch(framing), signal, onStep) }),
    ...rest,
    async send(batch, signal) {
      let reply: HttpReply;
      try {
        reply = await post(batch, signal);
      } catch (error) {
        return classifyFailure(error);
      }
      return classify(reply, batch);
    },
  };
}

const UNREACHABLE = "Check the address, and that this machine may reach it.";

function emptyBatch({ contentType, prefix, suffix = "" }: Framing): Batch {
  // Without a prefix, the suffix ends an event, and there is none.
  const body = Buffer.from(prefix === undefined ? "" : prefix + suffix);
  return { records: [], body, contentType, attempt: 1 };
}
