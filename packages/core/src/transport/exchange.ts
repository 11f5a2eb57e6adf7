import type { Dispatcher } from "undici";
import { reasonOf, timedOut } from "./deadline.ts";
import type { HttpTransport } from "../connector/http-transport.ts";
import type { HttpReply } from "../connector/http-reply.ts";

/** Builds a transport from a dispatcher, for an egress without `http`. Its request bodies are never reused. */
export function dispatcherTransport(dispatcher: Dispatcher): HttpTransport {
  return {
    exchange({ origin, path, method, headers, body = null, timeoutMs, maxReplyBytes, binaryReply }, signal) {
      const options = { origin, path, method, headers, body, headersTimeout: timeoutMs, bodyTimeout: timeoutMs };
      return exchange(dispatcher, options, signal, { maxReplyBytes, binaryReply, timeoutMs: 2 * timeoutMs });
    },
  };
}

export interface ExchangeBounds {
  readonly maxReplyBytes: number;
  readonly binaryReply?: boolean;
  /** Milliseconds for the whole exchange. */
  readonly timeoutMs: number;
}

/** Sends one request and reads its whole reply. */
export async function exchange(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  signal: AbortSignal,
  bounds: ExchangeBounds,
): Promise<HttpReply> {
  let reader: ReplyReader | undefined;
  try {
    return await new Promise((resolve, reject) => {
      reader = new ReplyReader(signal, bounds, resolve, reject);
      dispatcher.dispatch(options, reader);
    });
  } finally {
    reader?.letGo();
  }
}

/**
 * Collects a reply within its time limit. It has its own listener and timer: `AbortSignal.any` costs more than the
 * rest.
 */
class ReplyReader implements Dispatcher.DispatchHandler {
  readonly #signal: AbortSignal;
  readonly #maxBytes: number;
  readonly #isBinary: boolean;
  readonly #resolve: (reply: HttpReply) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #status = 0;
  #headers: HttpReply["headers"] = {};
  readonly #timer: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | undefined;
  #givenUp: Error | undefined;

  constructor(
    signal: AbortSignal,
    { maxReplyBytes, timeoutMs, binaryReply = false }: ExchangeBounds,
    resolve: (reply: HttpReply) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#signal = signal;
    this.#maxBytes = maxReplyBytes;
    this.#isBinary = binaryReply;
    this.#resolve = resolve;
    this.#reject = reject;
    signal.addEventListener("abort", this);
    if (signal.aborted) this.#givenUp = reasonOf(signal);
    this.#timer = setTimeout(tooLate, timeoutMs, this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#givenUp !== undefined) controller.abort(this.#givenUp);
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: HttpReply["headers"]): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#maxBytes) {
      controller.abort(new Error(`the reply is larger than ${this.#maxBytes} bytes`));
    } else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first] = this.#chunks;
    const body = this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks, this.#bytes);
    const reply = { status: this.#status, headers: this.#headers, text: body.toString("utf8") };
    this.#resolve(this.#isBinary ? { ...reply, bytes: body } : reply);
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, error: Error): void {
    this.#reject(error);
  }

  /** Listener of the signal. An object with this method needs no closure per request. */
  handleEvent(): void {
    this.giveUp(reasonOf(this.#signal));
  }

  giveUp(reason: Error): void {
    this.#givenUp ??= reason;
    // A request without a connection cannot be aborted. It is aborted once it gets one.
    if (this.#controller === undefined) this.#reject(reason);
    else this.#controller.abort(reason);
  }

  /** Clears timer and listener. Call it when the exchange has ended. */
  letGo(): void {
    clearTimeout(this.#timer);
    this.#signal.removeEventListener("abort", this);
  }
}

function tooLate(reader: ReplyReader): void {
  reader.giveUp(timedOut("the server gave no whole answer in time"));
}
