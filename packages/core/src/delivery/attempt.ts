import type { Limits, Sink } from "../connector/connector.ts";
import type { Framing } from "../connector/framing.ts";
import type { SendResult } from "../connector/send-result.ts";
import { describeFailure } from "../transport/classify-failure.ts";
import type { Clock } from "./clock.ts";
import { compress } from "./compress.ts";
import type { Packed } from "./packer.ts";
import type { Piece } from "./piece.ts";
import { untilAborted } from "./until-aborted.ts";

export interface AttemptOptions {
  readonly sink: Sink;
  readonly framing: Framing;
  readonly limits: Limits;
  readonly compression: "gzip" | "none";
  readonly clock: Clock;
  /** Ends an attempt that is under way. */
  readonly stop: AbortSignal;
}

export interface Attempted {
  readonly result: SendResult;
  /** The piece with this attempt in its history, and its body as it went. */
  readonly piece: Piece;
  readonly seconds: number;
}

const aborted: SendResult = { kind: "retry", reason: "stopped before the SIEM answered", ambiguous: true };

/** Sends a piece once and says what came of it. Never throws. */
export async function attempt(untried: Piece, options: AttemptOptions): Promise<Attempted> {
  const { clock, compression } = options;
  const startedAt = clock.now();
  const started = clock.elapsed();
  const piece = compression === "gzip" ? await compressed(untried) : untried;
  const result = overCompressedLimit(piece, options.limits) ?? (await send(piece, options));
  const tried: Piece = {
    ...piece,
    attempts: piece.attempts + 1,
    firstAttemptAt: piece.firstAttemptAt ?? startedAt,
    ambiguous: piece.ambiguous || (result.kind === "retry" && result.ambiguous === true),
  };
  return { result, piece: tried, seconds: (clock.elapsed() - started) / 1000 };
}

async function compressed(piece: Piece): Promise<Piece> {
  return piece.compressed === undefined ? { ...piece, compressed: await compress(bodyOf(piece.packed)) } : piece;
}

function overCompressedLimit(
  { compressed: body }: Piece,
  { maxCompressedBytes: limit }: Limits,
): SendResult | undefined {
  if (body === undefined || limit === undefined || body.length <= limit) return undefined;
  return { kind: "too-large", reason: `${body.length} bytes compressed, the limit is ${limit}` };
}

async function send(piece: Piece, { sink, framing, stop }: AttemptOptions): Promise<SendResult> {
  const batch = {
    records: piece.packed.records,
    body: piece.compressed ?? bodyOf(piece.packed),
    contentType: framing.contentType,
    attempt: piece.attempts + 1,
    ...(piece.compressed && { contentEncoding: "gzip" as const }),
  };
  try {
    return await untilAborted(sink.send(batch, stop), stop, aborted);
  } catch (error) {
    return { kind: "retry", reason: describeFailure(error), ambiguous: true };
  }
}

function bodyOf({ buffer, bytes }: Packed): Buffer {
  return buffer.subarray(0, bytes);
}
