import type { Socket } from "node:net";
import { reasonOf, timedOut } from "../deadline.ts";
import type { HttpReply } from "../../connector/http-reply.ts";
import type { ReplyMemory } from "../reply-memory.ts";
import { noteSent } from "../unsent.ts";
import type { HttpExchange } from "../../connector/http-transport.ts";
import { ReplyReader } from "./reply-reader.ts";

export interface HttpConnectionOptions {
  readonly socket: Socket;
  readonly replies: ReplyMemory;
  /** Time at which the connection is no longer used, by `performance.now()`. */
  readonly expiresAt: number;
  /** Called after each reply that leaves the connection usable. */
  readonly onFree: (connection: HttpConnection) => void;
  /** Called when the connection has ended. */
  readonly onClose: (connection: HttpConnection) => void;
}

/** Assumed idle limit of a server that announces none, as in undici. Many servers close after five seconds. */
const IDLE_MS = 4000;
/** Margin before an announced idle limit: the server may have closed while the close is on its way. */
const IDLE_MARGIN_MS = 2000;
const MAX_IDLE_MS = 60_000;
/** Turns of the event loop after which Node has reported a body that the system took. */
const NEWS_TURNS = 3;

/** One connection to a SIEM. Serves one request at a time. */
export class HttpConnection {
  readonly #options: HttpConnectionOptions;
  readonly #socket: Socket;
  #running: Running | undefined;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(options: HttpConnectionOptions) {
    const { socket } = options;
    this.#options = options;
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => {
      // A server that sends without a request cannot be trusted with the next reply.
      if (this.#running === undefined) socket.destroy();
      else this.#running.push(chunk);
    });
    socket.on("end", () => {
      if (this.#running?.end() !== true) socket.destroy();
    });
    socket.on("error", (error) => this.#running?.lost(error));
    socket.on("close", () => {
      clearTimeout(this.#idleTimer);
      this.#running?.lost(closedEarly());
      options.onClose(this);
    });
  }

  /** Returns whether it is neither closed nor too old. */
  isUsable(now: number): boolean {
    return !this.#socket.destroyed && this.#socket.writable && now < this.#options.expiresAt;
  }

  /** Sends one request and reads its reply. Call it only while the connection is free. */
  exchange(request: OutgoingRequest, signal: AbortSignal): Promise<HttpReply> {
    clearTimeout(this.#idleTimer);
    this.#socket.ref();
    return new Promise((resolve, reject) => {
      const over = (idleMs: number | undefined) => this.#over(idleMs);
      const { replies } = this.#options;
      this.#running = new Running({ socket: this.#socket, request, signal, replies, over, resolve, reject });
      this.#running.start();
    });
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Ends the request. `idleMs` is undefined if the connection must not be reused. */
  #over(idleMs: number | undefined): void {
    this.#running = undefined;
    if (idleMs === undefined) {
      this.#socket.destroy();
      return;
    }
    // An idle connection does not keep the process alive.
    this.#socket.unref();
    this.#idleTimer = setTimeout(() => this.#socket.destroy(), idleMs).unref();
    this.#options.onFree(this);
  }
}

export interface OutgoingRequest {
  readonly exchange: HttpExchange;
  readonly head: string;
  /** Start of the exchange, before there was a connection, by `performance.now()`. */
  readonly startedAt: number;
  /** Called once the system has taken the whole body. */
  readonly letGo: () => void;
}

interface RunningOptions {
  readonly socket: Socket;
  readonly request: OutgoingRequest;
  readonly signal: AbortSignal;
  readonly replies: ReplyMemory;
  /** Called once, before the exchange settles; with undefined if the connection must not be reused. */
  readonly over: (idleMs: number | undefined) => void;
  readonly resolve: (reply: HttpReply) => void;
  readonly reject: (reason: unknown) => void;
}

/** One request under way. Settles once and then clears its listener and timer. */
class Running {
  readonly #options: RunningOptions;
  readonly #reader: ReplyReader;
  #timer: NodeJS.Timeout | undefined;
  /** Time at which the system had taken the whole request. */
  #outAt: number | undefined;
  #isWhole = false;
  #isOver = false;

  constructor(options: RunningOptions) {
    this.#options = options;
    this.#reader = new ReplyReader(options.request.exchange, options.replies);
  }

  start(): void {
    const { socket, request, signal } = this.#options;
    const { exchange, head, letGo } = request;
    signal.addEventListener("abort", this);
    this.#timer = setTimeout(() => this.#look(), exchange.timeoutMs);
    if (signal.aborted) {
      this.handleEvent();
      return;
    }
    const { body } = exchange;
    if (body === undefined || body.length === 0) {
      socket.write(head, "latin1", (error) => {
        if (this.#written(error)) letGo();
      });
      return;
    }
    socket.cork();
    socket.write(head, "latin1");
    socket.write(body, (error) => {
      if (this.#written(error)) letGo();
    });
    socket.uncork();
  }

  push(chunk: Buffer): void {
    try {
      if (this.#reader.push(chunk)) this.#complete(NEWS_TURNS);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Handles the end of the connection. Returns true if it also ends the reply. */
  end(): boolean {
    if (!this.#reader.end()) return false;
    this.#complete(NEWS_TURNS);
    return true;
  }

  /** Handles the loss of the connection. */
  lost(error: unknown): void {
    if (this.#isWhole) this.#complete(0);
    else this.fail(error);
  }

  fail(error: unknown): void {
    if (this.#settle(undefined)) this.#options.reject(noteSent(error, true));
  }

  /** Listener of the signal. An object with this method needs no closure per request. */
  handleEvent(): void {
    // The reason object may be shared, so nothing is noted on it.
    if (this.#settle(undefined)) this.#options.reject(reasonOf(this.#options.signal));
  }

  /**
   * Returns whether the system took everything. Node also calls back without an error for bytes a destroyed socket
   * never wrote.
   */
  #written(error: Error | null | undefined): boolean {
    if (error || this.#options.socket.destroyed) return false;
    this.#outAt = performance.now();
    return true;
  }

  /** Handles a complete reply. A reply that came before its request was sent ends the connection. */
  #complete(turns: number): void {
    if (this.#isOver) return;
    this.#isWhole = true;
    if (this.#outAt === undefined && turns > 0 && !this.#options.socket.destroyed) {
      setImmediate(() => this.#complete(turns - 1));
      return;
    }
    const isOut = this.#outAt !== undefined;
    const { status } = this.#reader;
    if (!isOut && status < 300) {
      this.fail(new Error(`the server answered ${status} before it had the whole request`));
      return;
    }
    const reply = this.#reader.reply();
    const { idleMs } = this.#reader;
    const isReusable = isOut && this.#reader.isReusable;
    this.#settle(isReusable ? usableMs(idleMs) : undefined);
    this.#options.resolve(reply);
  }

  /** Checks the time limits. */
  #look(): void {
    const { exchange, startedAt } = this.#options.request;
    const { timeoutMs } = exchange;
    const limit = startedAt + 2 * timeoutMs;
    const until = Math.min(limit, this.#outAt === undefined ? limit : this.#outAt + timeoutMs);
    const left = until - performance.now();
    if (left > 0) {
      this.#timer = setTimeout(() => this.#look(), left);
      return;
    }
    const what = this.#outAt === undefined ? "did not take the whole request" : "gave no whole answer";
    this.fail(timedOut(`the server ${what} in time`));
  }

  /** Returns false if it is settled already. */
  #settle(idleMs: number | undefined): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#options.signal.removeEventListener("abort", this);
    this.#reader.release();
    this.#options.over(idleMs);
    return true;
  }
}

/** Returns how long the connection may be idle; undefined if the server closes it at once. */
function usableMs(announcedMs: number | undefined): number | undefined {
  if (announcedMs === undefined) return IDLE_MS;
  const ms = Math.min(announcedMs - IDLE_MARGIN_MS, MAX_IDLE_MS);
  return ms > 0 ? ms : undefined;
}

function closedEarly(): Error {
  return Object.assign(new Error("the server closed the connection before its answer was whole"), {
    code: "ECONNRESET",
  });
}
