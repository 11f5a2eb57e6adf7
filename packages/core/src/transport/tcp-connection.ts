import { setImmediate as nextTurn } from "node:timers/promises";
import type { TLSSocket } from "node:tls";
import type { ConnectionLoss } from "./unconfirmed.ts";

/** One live connection to a receiver that answers nothing. */
export interface TcpConnection {
  /** How long the handshake took: the far side needs about that long to answer anything. */
  readonly handshakeMs: number;
  /** Set once the connection has failed, or the far side has ended it. */
  readonly loss: ConnectionLoss | undefined;
  /** Calls once when there is a loss, also one that was there before. */
  onLoss(notify: (loss: ConnectionLoss) => void): void;
  /** Resolves when the system has taken all bytes. Rejects when the connection is lost or the time is up, which ends it. */
  write(body: Buffer, signal: AbortSignal): Promise<void>;
  /** Begins to look out for a loss: for `ms`, or until it is called off. */
  watch(ms: number, signal: AbortSignal): Watch;
  /**
   * Resolves soon after the server has shown that it is content with the handshake, or after `ms`; with the loss if it is
   * not. TLS 1.3 lets a server refuse a client's certificate after the client's handshake is over, and any version lets it
   * hang up.
   */
  accepted(ms: number, signal: AbortSignal): Promise<ConnectionLoss | undefined>;
  /** Says goodbye and lets the far side read all. Resolves with the loss when the connection was lost before. */
  end(ms: number): Promise<ConnectionLoss | undefined>;
}

export interface Watch {
  /** The loss as soon as there is one; undefined when the time was up, the signal aborted or the watch was called off. */
  readonly outcome: Promise<ConnectionLoss | undefined>;
  readonly callOff: () => void;
}

export interface TcpConnectionOptions {
  /** Milliseconds of real time. */
  readonly now: () => number;
  readonly handshakeMs: number;
  /** Longest time in which the system takes one body. */
  readonly writeTimeoutMs: number;
}

/** Takes over a socket after its handshake. */
export function createTcpConnection(socket: TLSSocket, options: TcpConnectionOptions): TcpConnection {
  const { now, handshakeMs, writeTimeoutMs } = options;
  const watchers = new Set<() => void>();
  let loss: ConnectionLoss | undefined;
  let isEnding = false;

  function lose(orderly: boolean, error: Error): void {
    // A reset that follows an orderly end says that something was not read. The answer to our own goodbye is no loss.
    const isNews = loss === undefined ? !(isEnding && orderly) : loss.orderly && !orderly;
    if (isNews) loss = { orderly, error, at: loss?.at ?? now() };
    for (const wake of watchers) wake();
  }
  socket.on("error", (error) => lose(false, error));
  socket.on("end", () => lose(true, closedByServer()));
  socket.on("close", () => lose(true, closedByServer()));
  // Nothing that comes is of use, but an end shows only to those who read.
  socket.resume();
  if (socket.destroyed) lose(false, socket.errored ?? closedByServer());

  function watch(ms: number, signal: AbortSignal): Watch {
    let settle: (found: ConnectionLoss | undefined) => void = ignore;
    const outcome = new Promise<ConnectionLoss | undefined>((resolve) => {
      settle = resolve;
    });
    const callOff = () => {
      clearTimeout(timer);
      watchers.delete(callOff);
      signal.removeEventListener("abort", callOff);
      settle(loss);
    };
    const timer = setTimeout(callOff, ms);
    watchers.add(callOff);
    signal.addEventListener("abort", callOff);
    if (loss !== undefined || signal.aborted) callOff();
    return { outcome, callOff };
  }

  return {
    handshakeMs,
    get loss() {
      return loss;
    },
    watch,
    onLoss(notify) {
      const tell = () => {
        if (loss === undefined) return;
        watchers.delete(tell);
        notify(loss);
      };
      watchers.add(tell);
      tell();
    },
    async write(body, signal) {
      const watching = watch(writeTimeoutMs, signal);
      let isWritten = false;
      socket.write(body, (error) => {
        if (error) lose(false, error);
        else isWritten = true;
        watching.callOff();
      });
      const found = await watching.outcome;
      if (found !== undefined) throw found.error;
      if (isWritten) return;
      const error = signal.aborted
        ? new Error("the attempt was given up before the server had taken all data")
        : Object.assign(new Error(`the server took no data for ${writeTimeoutMs} ms`), { code: "ETIMEDOUT" });
      lose(false, error);
      socket.destroy();
      throw error;
    },
    async accepted(ms, signal) {
      const watching = watch(ms, signal);
      // A server that hands out tickets is content with the handshake; its own list of names may still be against it.
      socket.once("session", watching.callOff);
      if (socket.getProtocol() !== "TLSv1.3") watching.callOff();
      const found = await watching.outcome;
      socket.off("session", watching.callOff);
      return found ?? watch(Math.min(ms, Math.max(MIN_JUDGEMENT_MS, handshakeMs)), signal).outcome;
    },
    async end(ms) {
      // Node reports a reset after a goodbye as an ordinary end: one that has come by now must be seen before. Two turns of the
      // loop, so that there is a whole look at the network between them.
      await nextTurn();
      await nextTurn();
      if (loss !== undefined) return loss;
      isEnding = true;
      const watching = watch(ms, neverAborts);
      socket.end();
      const found = await watching.outcome;
      socket.destroy();
      return found;
    },
  };
}

/** What a server needs at the least to look a name up and hang up. */
const MIN_JUDGEMENT_MS = 50;
const neverAborts = new AbortController().signal;

function ignore(): void {}

function closedByServer(): Error {
  return Object.assign(new Error("the server closed the connection"), { code: "ECONNRESET" });
}
