import type { Dispatcher } from "undici";
import { reasonOf, timedOut } from "./deadline.ts";
import type { HttpTransport } from "../connector/http-transport.ts";
import type { HttpReply } from "../connector/http-reply.ts";

/** A transport for an egress that has only a dispatcher: bodies that it was handed are not used again. */
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
  /** For all of it. */
  readonly timeoutMs: number;
}

/** One request and its whole reply. */
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

/** Gathers a reply as it arrives, for as long as it may. Signal and timer are its own: a signal of both costs more than the rest. */
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

  /** The signal's: objects with this method are listeners, and none has to be made for each request. */
  handleEvent(): void {
    this.giveUp(reasonOf(this.#signal));
  }

  giveUp(reason: Error): void {
    this.#givenUp ??= reason;
    // Before it has a connection a request cannot be taken back; it ends when it gets one.
    if (this.#controller === undefined) this.#reject(reason);
    else this.#controller.abort(reason);
  }

  /** To be called when the work is over. */
  letGo(): void {
    clearTimeout(this.#timer);
    this.#signal.removeEventListener("abort", this);
  }
}

function tooLate(reader: ReplyReader): void {
  reader.giveUp(timedOut("the server gave no whole answer in time"));
}
