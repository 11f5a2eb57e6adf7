import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { BenchEvent, Compression, Sender, SinkAddress, SinkType } from "../contender.ts";
import { addressOf, inBatches } from "../contender.ts";
import type { Wire } from "./wire.ts";
import { wires } from "./wire.ts";

const gzipAsync = promisify(gzip);

/** What is written by hand in an afternoon: for each SIEM the batch as objects, `JSON.stringify` and global `fetch`. */
export function fetchLoop(sinks: readonly SinkType[], compression: Compression = "none"): Sender {
  return {
    kind: "sender",
    sinks,
    input: "objects",
    open(addresses) {
      const posts = sinks.map((type) => createPost(wires[type], addressOf(addresses, type), compression));
      return {
        deliver: ({ objects }) =>
          inBatches(objects, async (batch) => void (await Promise.all(posts.map((post) => post(batch))))),
        close() {},
      };
    },
  };
}

/** Serialises a batch for one SIEM and posts it. */
export function createPost(
  wire: Wire,
  address: SinkAddress,
  compression: Compression,
): (batch: readonly BenchEvent[]) => Promise<void> {
  const url = wire.url(address);
  const headers = { ...wire.headers(address), ...(compression === "gzip" && { "content-encoding": "gzip" }) };
  return async (batch) => {
    const entries = batch.flatMap((event) => wire.entry(event)).map((entry) => JSON.stringify(entry));
    const text = `${wire.prefix}${entries.join(wire.separator)}${wire.suffix}`;
    const body = compression === "gzip" ? await gzipAsync(text) : text;
    const reply = await fetch(url, { method: "POST", headers, body });
    const answer = await reply.text();
    if (!reply.ok) throw new Error(`HTTP ${reply.status}: ${answer}`);
  };
}
