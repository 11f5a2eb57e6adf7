import type { CheckReport, OnStep } from "../../connector/check-report.ts";
import type { Limits, Sink } from "../../connector/connector.ts";
import type { Framing } from "../../connector/framing.ts";
import type { SendResult } from "../../connector/send-result.ts";
import { handToConnection, takeBack } from "../../transport/body-memory.ts";
import type { RawExchange } from "../../transport/exchange-recorder.ts";
import type { BodyPool } from "./body-pool.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import type { FairTurns } from "../../fair-turns.ts";
import { judgeReport, judgeResult, judgeThrown } from "./judge.ts";
import type { Packed, PackResult, Unpackable } from "./packer.ts";
import { createPacker } from "./packer.ts";

/** Encodes, packs, compresses and sends events to one destination, on this thread or on another. */
export interface Transmitter {
  /** Makes one attempt with as many of the events as one body holds. Ends early if `stop` aborts. Never rejects. */
  transmit(load: Load, stop: AbortSignal): Promise<Transmission>;
  /** Runs the sink's check. `onStep` hears of steps before the report, where the connector tells. */
  check?(signal: AbortSignal, onStep?: OnStep): Promise<CheckReport>;
  /** Closes the sink, waiting at most 10 s, and its connections. */
  close(): Promise<void>;
}

/** Events to send. */
export interface Load {
  readonly records: readonly AcceptedEvent[];
  /** Number of the attempt, from 1. */
  readonly attempt: number;
  /** The body of an earlier attempt with exactly these events. */
  readonly body?: Body | undefined;
  /** Limit in bytes of a body with several events, where the SIEM accepts less than its connector says. */
  readonly mostBytes?: number | undefined;
}

/** Outcome of a load. Each event is in exactly one of the lists. */
export interface Transmission {
  /** The sent events, in the order of the body. */
  readonly sent: readonly AcceptedEvent[];
  /** The verdict on the sent events; undefined if none were. */
  readonly result: SendResult | undefined;
  /** The attempt was ended because of other events: it does not count and is repeated. */
  readonly isTaken?: boolean;
  /** Size of the framed body before compression; 0 if none was sent or it is unknown. */
  readonly bytes: number;
  /** Body of the sent events, for another attempt. */
  readonly body?: Body | undefined;
  readonly unpackable: readonly Unpackable[];
  /** Events that need another body. */
  readonly rest: readonly AcceptedEvent[];
  /** What was sent and answered: of a failed attempt, and of a successful one from time to time. */
  readonly exchange?: RawExchange | undefined;
}

/** A framed body kept for another attempt. */
export interface Body {
  readonly packed: Packed;
  /** The bytes as sent. */
  readonly wire: Buffer;
}

export interface TransmitterOptions {
  readonly sink: Sink;
  /** Shares the thread with the other destinations. */
  readonly turns: FairTurns;
  /** Takes turns with those of other owners: an organisation, or a destination of all. */
  readonly owner: string;
  /** The connector's type, for messages about its answers. */
  readonly type: string;
  readonly framing: Framing;
  readonly limits: Limits;
  readonly pool: BodyPool;
  /** Compresses bodies; undefined for none. */
  readonly compress: Compress | undefined;
}

export type Compress = (body: Buffer) => Promise<Buffer> | Buffer;

export const stoppedAttempt = {
  kind: "retry",
  reason: "stopped before the SIEM answered",
  ambiguous: true,
} as const satisfies SendResult;

/**
 * Longer than any transport of this library takes. Ends the attempt of a connector that never returns and would hold
 * its permit for ever.
 */
const LONGEST_ATTEMPT_MS = 10 * 60_000;

const endlessAttempt = {
  kind: "retry",
  reason: `the connector gave no verdict within ${LONGEST_ATTEMPT_MS / 1000} s`,
  ambiguous: true,
} as const satisfies SendResult;

/** Creates a transmitter with a sink open on this thread. The caller closes the sink. */
export function createTransmitter({
  sink,
  turns,
  owner,
  type,
  framing,
  limits,
  pool,
  compress,
}: TransmitterOptions): Omit<Transmitter, "close"> {
  const packer = createPacker({ framing, limits, pool, sink, type });

  async function transmit({ records, attempt, body: kept, mostBytes }: Load, stop: AbortSignal): Promise<Transmission> {
    if (kept !== undefined) return sent(kept, { attempt, unpackable: [], rest: [] }, stop);
    const { packed, unpackable, rest } = await pack(records, mostBytes);
    if (packed === undefined) return { sent: [], result: undefined, bytes: 0, unpackable, rest };
    const plain = packed.buffer.subarray(0, packed.bytes);
    const body = { packed, wire: compress === undefined ? plain : await compress(plain) };
    // The compressed copy is what is sent.
    if (compress !== undefined) pool.give(packed.buffer);
    const [record, ...others] = packed.records;
    const tooLarge = overCompressedLimit(body);
    // The connector's own limit is certain, and one event cannot be halved.
    if (tooLarge !== undefined && record !== undefined && others.length === 0) {
      const deadLetter = { record, stage: "limit" as const, reason: tooLarge.reason };
      return { sent: [], result: undefined, bytes: 0, unpackable: [...unpackable, deadLetter], rest };
    }
    return sent(body, { attempt, unpackable, rest }, stop);
  }

  /** Packs in turn with the other destinations of this thread. */
  async function pack(records: readonly AcceptedEvent[], mostBytes: number | undefined): Promise<PackResult> {
    const packing = packer.begin(records, mostBytes);
    for (let turn = turns.take(owner); ; turn = turns.isOver() ? turns.take(owner) : undefined) {
      if (turn !== undefined) await turn;
      const result = packing.goOn();
      if (result !== undefined) return result;
    }
  }

  async function sent(
    body: Body,
    { attempt, unpackable, rest }: Pick<Load, "attempt"> & Pick<Transmission, "unpackable" | "rest">,
    stop: AbortSignal,
  ): Promise<Transmission> {
    const { records, buffer, bytes } = body.packed;
    const result = overCompressedLimit(body) ?? (await send(body, attempt, stop));
    // Even after an accepted answer, a connection may still be writing the body: the answer may have come early.
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
      // A copy: the connector may change it.
      records: [...records],
      body: wire,
      contentType: framing.contentType,
      attempt,
      ...(compress !== undefined && { contentEncoding: "gzip" as const }),
    };
    try {
      const value = await ended(sink.send(batch, stop), stop);
      // An abandoned sink may still send the body.
      if (value === stoppedAttempt || value === endlessAttempt) handToConnection(wire);
      return value === stoppedAttempt ? stoppedAttempt : judgeResult(value, records.length, type);
    } catch (error) {
      return judgeThrown(error);
    }
  }

  if (sink.check === undefined) return { transmit };
  return { transmit, check: async (signal, onStep) => judgeReport(await sink.check?.(signal, onStep), type) };
}

/** Resolves to the connector's result, or to the reason it was abandoned. */
function ended(work: unknown, stop: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onAbort = () => letGo(resolve, stoppedAttempt);
    const timer = setTimeout(() => letGo(resolve, endlessAttempt), LONGEST_ATTEMPT_MS);
    timer.unref();
    if (stop.aborted) onAbort();
    else stop.addEventListener("abort", onAbort);
    // A connector may return no promise, or a foreign one.
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
