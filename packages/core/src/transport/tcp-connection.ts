import { setImmediate as nextTurn } from "node:timers/promises";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { handToConnection } from "./body-memory.ts";
import type { ConnectionLoss } from "./unconfirmed.ts";

/** One live connection to a receiver that sends no answers. */
export interface TcpConnection {
  /** Set once the connection has failed or the peer has ended it. */
  readonly loss: ConnectionLoss | undefined;
  /** Calls `notify` once after a loss, when its cause is final: the close may tell more than the first error. */
  onLoss(notify: (loss: ConnectionLoss) => void): void;
  /**
   * Resolves when the system has taken all bytes. Rejects if the connection is lost or the time is up, which ends it.
   */
  write(body: Buffer, signal: AbortSignal): Promise<void>;
  /**
   * Resolves to undefined once the connection has stayed up long enough to show that everything written has arrived,
   * since an error would have come. Resolves to the loss if there is one. Resolves early, without proof, if the signal
   * aborts.
   */
  proven(signal: AbortSignal): Promise<ConnectionLoss | undefined>;
  /**
   * Resolves to undefined once the server has accepted the handshake or after `ms`; to the loss if it refuses. A TLS
   * 1.3 server may refuse a client certificate after the client's handshake, and any server may hang up.
   */
  accepted(ms: number, signal: AbortSignal): Promise<ConnectionLoss | undefined>;
  /**
   * Ends the connection in order and lets the peer read everything. Resolves to the loss if the connection was lost
   * before.
   */
  end(ms: number): Promise<ConnectionLoss | undefined>;
}

interface Watch {
  /** Resolves to the loss; to undefined if the time was up, the signal aborted or the watch was cancelled. */
  readonly outcome: Promise<ConnectionLoss | undefined>;
  readonly callOff: () => void;
}

export interface TcpConnectionOptions {
  /** Monotonic time in milliseconds. */
  readonly now: () => number;
  /** Duration of the handshake in milliseconds. The peer needs about that long to answer anything. */
  readonly handshakeMs: number;
  /** Time limit in milliseconds for the system to take one body. */
  readonly writeTimeoutMs: number;
  /** Bounds of the time in which an error about written bytes may arrive. */
  readonly proofMs: ProofTime;
}

export interface ProofTime {
  readonly least: number;
  readonly most: number;
}

/** Wraps a socket after its handshake, or one without TLS. */
export function createTcpConnection(socket: Socket, options: TcpConnectionOptions): TcpConnection {
  const { now, handshakeMs, writeTimeoutMs, proofMs } = options;
  const watchers = new Set<() => void>();
  let loss: ConnectionLoss | undefined;
  let isEnding = false;
  let isOver = socket.closed;

  function lose(orderly: boolean, error: Error): void {
    // A reset after an orderly end means that something was not read. The answer to our own end is not a loss.
    const isNews = loss === undefined ? !(isEnding && orderly) : loss.orderly && !orderly;
    if (isNews) loss = { orderly, error, at: loss?.at ?? now() };
    for (const wake of watchers) wake();
  }
  socket.on("error", (error) => lose(false, error));
  socket.on("end", () => {
    lose(true, closedByServer());
    // A peer that reads nothing does not receive our end either. A reset may still come until then.
    const giveUp = setTimeout(() => socket.destroy(), LAST_NEWS_MS).unref();
    socket.on("close", () => clearTimeout(giveUp));
  });
  socket.on("close", () => {
    isOver = true;
    lose(true, closedByServer());
  });
  // Incoming data is ignored, but the end of a stream is only reported to a reader.
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

  function closed(): Promise<void> {
    if (isOver) return Promise.resolve();
    return new Promise((resolve) => socket.once("close", resolve));
  }

  return {
    get loss() {
      return loss;
    },
    onLoss(notify) {
      const tell = () => {
        if (loss === undefined || !isOver) return;
        watchers.delete(tell);
        notify(loss);
      };
      watchers.add(tell);
      tell();
    },
    async write(body, signal) {
      const watching = watch(writeTimeoutMs, signal);
      let isWritten = false;
      const written = handToConnection(body);
      socket.write(body, (error) => {
        if (error) lose(false, error);
        // Node also calls back without an error for bytes a destroyed socket never wrote.
        else if (!socket.destroyed) {
          isWritten = true;
          written();
        }
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
    async proven(signal) {
      await watch(Math.min(proofMs.most, Math.max(proofMs.least, 2 * handshakeMs)), signal).outcome;
      // An event loop that was busy until the deadline has not polled the network yet.
      await nextTurn();
      return loss;
    },
    async accepted(ms, signal) {
      const watching = watch(ms, signal);
      // A server that issues session tickets has accepted the handshake. Its own check of names may still refuse.
      socket.once("session", watching.callOff);
      if (!(socket instanceof TLSSocket) || socket.getProtocol() !== "TLSv1.3") watching.callOff();
      const found = await watching.outcome;
      socket.off("session", watching.callOff);
      return found ?? watch(Math.min(ms, Math.max(MIN_JUDGEMENT_MS, handshakeMs)), signal).outcome;
    },
    async end(ms) {
      // Node reports a reset after our end as an ordinary end, so look for one that has already come. Two turns of the
      // loop include one complete poll of the network.
      await nextTurn();
      await nextTurn();
      if (loss !== undefined) {
        await closed();
        return loss;
      }
      isEnding = true;
      const watching = watch(ms, neverAborts);
      socket.end();
      const found = await watching.outcome;
      socket.destroy();
      // A loss is reported once the socket is closed, and the caller acts on what was reported.
      if (found !== undefined) await closed();
      return found;
    },
  };
}

/** Least time a server needs to look a name up and hang up. */
const MIN_JUDGEMENT_MS = 50;
/** Time to wait after an orderly end for a reset, which means that something was left unread. */
const LAST_NEWS_MS = 1000;
const neverAborts = new AbortController().signal;

function ignore(): void {}

function closedByServer(): Error {
  return Object.assign(new Error("the server closed the connection"), { code: "ECONNRESET" });
}
