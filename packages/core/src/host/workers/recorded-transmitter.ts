import type { Clock } from "../../clock.ts";
import type { Sink } from "../../connector/connector.ts";
import type { SendResult } from "../../connector/send-result.ts";
import type { Body, Transmission, Transmitter } from "../../delivery/transmit/transmitter.ts";
import type { ExchangeRecorder, RawExchange } from "../../transport/exchange-recorder.ts";
import { headOf } from "../../transport/exchange-recorder.ts";
import type { CheckRecording, ShownReport, ShownStep } from "./recorded-check.ts";
import { recordedCheck } from "./recorded-check.ts";

/** A transmitter open on this thread. */
export interface OpenTransmitter extends Transmitter {
  check?(signal: AbortSignal, onStep?: (step: ShownStep) => void): Promise<ShownReport>;
}

export interface Recording extends CheckRecording {
  readonly clock: Clock;
  readonly mostBytes: number;
  readonly isCompressed: boolean;
}

/** A success is shown whole at most this often: its request is like the one before. */
const SUCCESS_EVERY_MS = 10_000;

type Sending = Omit<OpenTransmitter, "close">;

/** Tells the recorder which bodies hold events. */
export function watchedSink(sink: Sink, recorder: ExchangeRecorder): Sink {
  return {
    ...sink,
    send(batch, signal) {
      recorder.expect(batch.body);
      return sink.send(batch, signal);
    },
  };
}

/** Adds to a transmitter's outcomes what was sent and answered. */
export function recordedTransmitter(transmitter: Omit<Transmitter, "close">, recording: Recording): Sending {
  const { recorder, clock, mostBytes, isCompressed } = recording;
  let lastSuccess = Number.NEGATIVE_INFINITY;

  function isShown({ kind }: SendResult): boolean {
    if (kind !== "accepted") return true;
    const now = clock.elapsed();
    if (now - lastSuccess < SUCCESS_EVERY_MS) return false;
    lastSuccess = now;
    return true;
  }

  function exchangeOf({ body, result }: Transmission, others: number): RawExchange | undefined {
    if (body === undefined || result === undefined || !isShown(result)) return undefined;
    const exchange = recorder.of(body.wire) ?? (result.kind === "accepted" ? undefined : recorder.otherSince(others));
    return exchange ?? written(body, result);
  }

  /** What was to be sent otherwise than by HTTP. */
  function written({ wire }: Body, result: SendResult): RawExchange {
    return {
      method: undefined,
      url: recorder.target() ?? "",
      headers: isCompressed ? { "content-encoding": "gzip" } : {},
      bodyHead: headOf(wire, mostBytes),
      bodyBytes: wire.length,
      hasEvents: true,
      ...("reason" in result && { failure: result.reason }),
    };
  }

  const { check } = transmitter;
  return {
    async transmit(load, stop) {
      const others = recorder.others();
      const transmission = await transmitter.transmit(load, stop);
      const exchange = exchangeOf(transmission, others);
      return exchange === undefined ? transmission : { ...transmission, exchange };
    },
    ...(check && {
      check: (signal, onStep) => recordedCheck(check, { signal, onStep }, recording),
    }),
  };
}
