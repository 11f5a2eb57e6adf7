import type { CheckReport } from "../../connector/check-report.ts";
import type { Limits, Sink } from "../../connector/connector.ts";
import type { Framing } from "../../connector/framing.ts";
import type { SendResult } from "../../connector/send-result.ts";
import { handToConnection, takeBack } from "../../transport/body-memory.ts";
import type { BodyPool } from "./body-pool.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import { judgeReport, judgeResult, judgeThrown } from "./judge.ts";
import type { Packed, Unpackable } from "./packer.ts";
import { createPacker } from "./packer.ts";

/** Encodes, packs, compresses and sends events to one destination, on this thread or on another. */
export interface Transmitter {
  /** One attempt, with as many of the events as one body holds. Ends early when `stop` aborts. Never rejects. */
  transmit(load: Load, stop: AbortSignal): Promise<Transmission>;
  /** As a sink's. */
  check?(signal: AbortSignal): Promise<CheckReport>;
  /** Lets it say goodbye, not for ever, and ends its connections. */
  close(): Promise<void>;
}

/** Events that are to be sent. */
export interface Load {
  readonly records: readonly AcceptedEvent[];
  /** 1 for the first time that these events are sent. */
  readonly attempt: number;
  /** What an attempt before made of the very same events. */
  readonly body?: Body | undefined;
  /** Bytes that a body of several events may have, where the SIEM takes less than its connector says. */
  readonly mostBytes?: number | undefined;
}

/** What has become of a load. Each of its events is in exactly one of the lists. */
export interface Transmission {
  /** These were sent, in the order in which they stood in the body. */
  readonly sent: readonly AcceptedEvent[];
  /** The verdict on those that were sent; undefined when none was. */
  readonly result: SendResult | undefined;
  /** The attempt was taken away by what happened to others: it uses up nothing, and is made again. */
  readonly isTaken?: boolean;
  /** Of the framed body, before compression; 0 when none was sent, or the size is unknown. */
  readonly bytes: number;
  /** Of those that were sent, to be sent again as it was. */
  readonly body?: Body | undefined;
  readonly unpackable: readonly Unpackable[];
  /** These want a body of their own. */
  readonly rest: readonly AcceptedEvent[];
}

/** A framed body, kept for another attempt. */
export interface Body {
  readonly packed: Packed;
  /** As it goes on the wire. */
  readonly wire: Buffer;
}

export interface TransmitterOptions {
  readonly sink: Sink;
  /** The connector's type, by which a wrong answer is named. */
  readonly type: string;
  readonly framing: Framing;
  readonly limits: Limits;
  readonly pool: BodyPool;
  /** gzip, where bodies are to be compressed. */
  readonly compress: Compress | undefined;
}

export type Compress = (body: Buffer) => Promise<Buffer> | Buffer;

export const stoppedAttempt = {
  kind: "retry",
  reason: "stopped before the SIEM answered",
  ambiguous: true,
} as const satisfies SendResult;

/**
 * No transport of ours takes so long: this ends the attempt of a connector that never comes back, which would keep a permit
 * for ever.
 */
const LONGEST_ATTEMPT_MS = 10 * 60_000;

const endlessAttempt = {
  kind: "retry",
  reason: `the connector gave no verdict within ${LONGEST_ATTEMPT_MS / 1000} s`,
  ambiguous: true,
} as const satisfies SendResult;

/** Transmits with a sink that is open on this thread. The caller that opened the sink closes it. */
export function createTransmitter({
  sink,
  type,
  framing,
  limits,
  pool,
  compress,
}: TransmitterOptions): Omit<Transmitter, "close"> {
  const packer = createPacker({ framing, limits, pool, sink, type });

  async function transmit({ records, attempt, body: kept, mostBytes }: Load, stop: AbortSignal): Promise<Transmission> {
    if (kept !== undefined) return sent(kept, { attempt, unpackable: [], rest: [] }, stop);
    const { packed, unpackable, rest } = packer.pack(records, mostBytes);
    if (packed === undefined) return { sent: [], result: undefined, bytes: 0, unpackable, rest };
    const plain = packed.buffer.subarray(0, packed.bytes);
    const body = { packed, wire: compress === undefined ? plain : await compress(plain) };
    // What goes on the wire is a copy then.
    if (compress !== undefined) pool.give(packed.buffer);
    const [record, ...others] = packed.records;
    const tooLarge = overCompressedLimit(body);
    // Our own limit is no stranger's answer, and there is nothing to halve.
    if (tooLarge !== undefined && record !== undefined && others.length === 0) {
      const deadLetter = { record, stage: "limit" as const, reason: tooLarge.reason };
      return { sent: [], result: undefined, bytes: 0, unpackable: [...unpackable, deadLetter], rest };
    }
    return sent(body, { attempt, unpackable, rest }, stop);
  }

  async function sent(
    body: Body,
    { attempt, unpackable, rest }: Pick<Load, "attempt"> & Pick<Transmission, "unpackable" | "rest">,
    stop: AbortSignal,
  ): Promise<Transmission> {
    const { records, buffer, bytes } = body.packed;
    const result = overCompressedLimit(body) ?? (await send(body, attempt, stop));
    // Also after a good answer a connection may still be writing them: it may have come too early.
    if (compress === undefined && result.kind === "accepted" && takeBack(body.wire)) pool.give(buffer);
    return { sent: records, result, bytes, body, unpackable, rest };
  }

  function overCompressedLimit({ wire }: Body): Extract<SendResult, { kind: "too-large" }> | undefined {
    const { maxCompressedBytes: limit } = limits;
    if (compress === undefined || limit === undefined || wire.length <= limit) return undefined;
    return { kind: "too-large", reason: `${wire.length} bytes compressed, the limit is ${limit}` };
  }

  async function send({ packed, wire }: Body, attempt: number, stop: AbortSignal): Promise<SendResult> {
    const { records } = packed;
    const batch = {
      // Its own list: what it does to that changes nothing of ours.
      records: [...records],
      body: wire,
      contentType: framing.contentType,
      attempt,
      ...(compress !== undefined && { contentEncoding: "gzip" as const }),
    };
    try {
      const value = await ended(sink.send(batch, stop), stop);
      // A sink that was given up may still send the body, which counts as referred to from now on.
      if (value === stoppedAttempt || value === endlessAttempt) handToConnection(wire);
      return value === stoppedAttempt ? stoppedAttempt : judgeResult(value, records.length, type);
    } catch (error) {
      return judgeThrown(error);
    }
  }

  if (sink.check === undefined) return { transmit };
  return { transmit, check: async (signal) => judgeReport(await sink.check?.(signal), type) };
}

/** What a connector made of an attempt, whatever that is; or that it was stopped, or never came back. */
function ended(work: unknown, stop: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onAbort = () => letGo(resolve, stoppedAttempt);
    const timer = setTimeout(() => letGo(resolve, endlessAttempt), LONGEST_ATTEMPT_MS);
    timer.unref();
    if (stop.aborted) onAbort();
    else stop.addEventListener("abort", onAbort);
    // A connector may give what is no promise, or one that is not Node's own.
    Promise.resolve(work).then(
      (value) => letGo(resolve, value),
      (error: unknown) => letGo(reject, error),
    );

    function letGo(settle: (value: unknown) => void, value: unknown): void {
      clearTimeout(timer);
      stop.removeEventListener("abort", onAbort);
      settle(value);
    }
  });
}
