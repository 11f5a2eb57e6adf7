import type { Dispatcher } from "undici";
import type { HttpReply } from "./http-reply.ts";

/** A reply of a SIEM is small; a larger one is something else, and must not fill the memory. */
const MAX_REPLY_BYTES = 32 * 1024 * 1024;

/**
 * One request and its whole reply. undici's own `request` would make a stream of each reply, which costs more than the rest
 * of the exchange.
 */
export function exchange(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  signal: AbortSignal,
): Promise<HttpReply> {
  return new Promise((resolve, reject) => {
    const reader = new ReplyReader(signal, resolve, reject);
    dispatcher.dispatch(options, reader);
  });
}

/** Gathers a reply as it arrives. Settles once, and lets go of the signal then. */
class ReplyReader implements Dispatcher.DispatchHandler {
  readonly #signal: AbortSignal;
  readonly #resolve: (reply: HttpReply) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #status = 0;
  #headers: HttpReply["headers"] = {};
  #controller: Dispatcher.DispatchController | undefined;

  constructor(signal: AbortSignal, resolve: (reply: HttpReply) => void, reject: (reason: unknown) => void) {
    this.#signal = signal;
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
    if (this.#bytes > MAX_REPLY_BYTES) {
      controller.abort(new Error(`the reply is larger than ${MAX_REPLY_BYTES} bytes`));
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

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error("the request was given up");
}
