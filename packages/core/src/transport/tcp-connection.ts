import { setImmediate as nextTurn } from "node:timers/promises";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { handToConnection } from "./body-memory.ts";
import type { ConnectionLoss } from "./unconfirmed.ts";

/** One live connection to a receiver that answers nothing. */
export interface TcpConnection {
  /** Set once the connection has failed, or the far side has ended it. */
  readonly loss: ConnectionLoss | undefined;
  /** Calls once after a loss, when all is known about it: the end of the connection may tell more than the first sign of it. */
  onLoss(notify: (loss: ConnectionLoss) => void): void;
  /** Resolves when the system has taken all bytes. Rejects when the connection is lost or the time is up, which ends it. */
  write(body: Buffer, signal: AbortSignal): Promise<void>;
  /**
   * Resolves once the connection has stayed up for long enough to say that all written so far has arrived: bad news about it
   * would have come. With the loss, if it has. Sooner when the signal aborts, and then it says nothing.
   */
  proven(signal: AbortSignal): Promise<ConnectionLoss | undefined>;
  /**
   * Resolves soon after the server has shown that it is content with the handshake, or after `ms`; with the loss if it is
   * not. TLS 1.3 lets a server refuse a client's certificate after the client's handshake is over, and any version lets it
   * hang up.
   */
  accepted(ms: number, signal: AbortSignal): Promise<ConnectionLoss | undefined>;
  /** Says goodbye and lets the far side read all. Resolves with the loss when the connection was lost before. */
  end(ms: number): Promise<ConnectionLoss | undefined>;
}

interface Watch {
  /** The loss as soon as there is one; undefined when the time was up, the signal aborted or the watch was called off. */
  readonly outcome: Promise<ConnectionLoss | undefined>;
  readonly callOff: () => void;
}

export interface TcpConnectionOptions {
  /** Milliseconds of real time. */
  readonly now: () => number;
  /** How long the handshake took: the far side needs about that long to answer anything. */
  readonly handshakeMs: number;
  /** Longest time in which the system takes one body. */
  readonly writeTimeoutMs: number;
  /** Bounds of the time that bad news about what was written may take. */
  readonly proofMs: ProofTime;
}

export interface ProofTime {
  readonly least: number;
  readonly most: number;
}

/** Takes over a socket after its handshake, or one without TLS. */
export function createTcpConnection(socket: Socket, options: TcpConnectionOptions): TcpConnection {
  const { now, handshakeMs, writeTimeoutMs, proofMs } = options;
  const watchers = new Set<() => void>();
  let loss: ConnectionLoss | undefined;
  let isEnding = false;
  let isOver = socket.closed;

  function lose(orderly: boolean, error: Error): void {
    // A reset that follows an orderly end says that something was not read. The answer to our own goodbye is no loss.
    const isNews = loss === undefined ? !(isEnding && orderly) : loss.orderly && !orderly;
    if (isNews) loss = { orderly, error, at: loss?.at ?? now() };
    for (const wake of watchers) wake();
  }
  socket.on("error", (error) => lose(false, error));
  socket.on("end", () => {
    lose(true, closedByServer());
    // Who takes nothing more does not get our own goodbye either. Until then a reset may still come.
    const giveUp = setTimeout(() => socket.destroy(), LAST_NEWS_MS).unref();
    socket.on("close", () => clearTimeout(giveUp));
  });
  socket.on("close", () => {
    isOver = true;
    lose(true, closedByServer());
  });
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
        // Node also calls back without an error for what a destroyed socket never wrote.
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
      // A loop that was busy until the time was up has not looked at the network yet.
      await nextTurn();
      return loss;
    },
    async accepted(ms, signal) {
      const watching = watch(ms, signal);
      // A server that hands out tickets is content with the handshake; its own list of names may still be against it.
      socket.once("session", watching.callOff);
      if (!(socket instanceof TLSSocket) || socket.getProtocol() !== "TLSv1.3") watching.callOff();
      const found = await watching.outcome;
      socket.off("session", watching.callOff);
      return found ?? watch(Math.min(ms, Math.max(MIN_JUDGEMENT_MS, handshakeMs)), signal).outcome;
    },
    async end(ms) {
      // Node reports a reset after a goodbye as an ordinary end: one that has come by now must be seen before. Two turns of the
      // loop, so that there is a whole look at the network between them.
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
      return found;
    },
  };
}

/** What a server needs at the least to look a name up and hang up. */
const MIN_JUDGEMENT_MS = 50;
/** How long an orderly end is watched for a reset, which says that something was left unread. */
const LAST_NEWS_MS = 1000;
const neverAborts = new AbortController().signal;

function ignore(): void {}

function closedByServer(): Error {
  return Object.assign(new Error("the server closed the connection"), { code: "ECONNRESET" });
}
