import type { Dispatcher } from "undici";
import { deadline, reasonOf, timedOut } from "./deadline.ts";
import type { HttpTransport } from "./http/http-transport.ts";
import type { HttpReply } from "./http-reply.ts";

/** A transport for an egress that has only a dispatcher: bodies that it was handed are not used again. */
export function dispatcherTransport(dispatcher: Dispatcher): HttpTransport {
  return {
    async exchange({ timeoutMs, maxReplyBytes, body = null, ...request }, signal) {
      const options = { ...request, body, headersTimeout: timeoutMs, bodyTimeout: timeoutMs };
      const limit = deadline(signal, 2 * timeoutMs, () => timedOut("the server gave no whole answer in time"));
      try {
        return await exchange(dispatcher, options, limit.signal, maxReplyBytes);
      } finally {
        limit.clear();
      }
    },
  };
}

/** One request and its whole reply. */
export function exchange(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  signal: AbortSignal,
  maxReplyBytes: number,
): Promise<HttpReply> {
  return new Promise((resolve, reject) => {
    const reader = new ReplyReader(signal, maxReplyBytes, resolve, reject);
    dispatcher.dispatch(options, reader);
  });
}

/** Gathers a reply as it arrives. Settles once, and lets go of the signal then. */
class ReplyReader implements Dispatcher.DispatchHandler {
  readonly #signal: AbortSignal;
  readonly #maxBytes: number;
  readonly #resolve: (reply: HttpReply) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #status = 0;
  #headers: HttpReply["headers"] = {};
  #controller: Dispatcher.DispatchController | undefined;

  constructor(
    signal: AbortSignal,
    maxBytes: number,
    resolve: (reply: HttpReply) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#signal = signal;
    this.#maxBytes = maxBytes;
    this.#resolve = resolve;
    this.#reject = reject;
    signal.addEventListener("abort", this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#signal.aborted) controller.abort(reasonOf(this.#signal));
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
    this.#signal.removeEventListener("abort", this);
    const [first] = this.#chunks;
    const body = this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks, this.#bytes);
    this.#resolve({ status: this.#status, headers: this.#headers, text: body.toString("utf8") });
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, error: Error): void {
    this.#signal.removeEventListener("abort", this);
    this.#reject(error);
  }

  /** The signal's: objects with this method are listeners, and none has to be made for each request. */
  handleEvent(): void {
    const reason = reasonOf(this.#signal);
    // Before it has a connection a request cannot be taken back; it ends when it gets one.
    if (this.#controller === undefined) this.#reject(reason);
    else this.#controller.abort(reason);
  }
}
