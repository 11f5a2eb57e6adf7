import { gzipSync } from "node:zlib";
import type { Batch, EventRecord, Framing, Sink } from "@arbitex/core";
import { encodedBytes } from "@arbitex/core";
import { asOwn } from "../conformance/configured.ts";

/** Options of `createTestBatch`. */
export interface TestBatchOptions {
  /** Default 1. */
  readonly attempt?: number;
  readonly compression?: "gzip" | "none";
  /** The parsed configuration, for a framing that depends on it. */
  readonly config?: unknown;
}

/** A batch as the framework makes it, to call `sink.send` without a host. Takes a connector or its framing. */
export function createTestBatch(
  connectorOrFraming: { readonly framing: Framing | ((config: never) => Framing) } | Framing,
  sink: Pick<Sink, "encode">,
  records: readonly EventRecord[],
  { attempt = 1, compression = "none", config }: TestBatchOptions = {},
): Batch {
  const given = "framing" in connectorOrFraming ? connectorOrFraming.framing : connectorOrFraming;
  const framing = typeof given === "function" ? given(asOwn(config)) : given;
  const { contentType, prefix = "", separator = "", suffix = "" } = framing;
  const parts = records.flatMap((record, index) => [
    Buffer.from(index === 0 ? prefix : separator),
    encodedBytes(sink.encode(record)),
  ]);
  const plain = Buffer.concat([...parts, Buffer.from(suffix)]);
  const body = compression === "gzip" ? gzipSync(plain) : plain;
  return { records, body, contentType, attempt, ...(compression === "gzip" && { contentEncoding: compression }) };
}
