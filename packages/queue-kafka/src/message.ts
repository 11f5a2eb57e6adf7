import type { AcceptedEvent } from "@arbitex/core/host";
import { packRuns, unpackEvents } from "@arbitex/core/host";

/** Adjacent events of a message with the same destinations. */
export interface Run {
  readonly destinationIds: readonly string[];
  readonly records: readonly AcceptedEvent[];
}

/** A run as read: its events are unpacked when they are needed. */
export interface StoredRun {
  readonly destinationIds: readonly string[];
  readonly count: number;
  /** Index of its first event among the message's. */
  readonly first: number;
  readonly records: () => readonly AcceptedEvent[];
}

// A message: a version, the length of the head, the head, the packed events of each run. The head is a JSON array with
// one entry a run: its destinations, its number of events and the length of its packed events.
const VERSION = 1;
/** Formats to come are below it. No text begins with such a byte. */
const LAST_VERSION = 8;
const HEAD_AT = 5;

export function encodeMessage(runs: readonly Run[], take?: (bytes: number) => Buffer): Buffer {
  return packRuns(
    runs.map(({ records }) => records),
    (lengths) => {
      const entries = runs.map(({ destinationIds, records }, at) => [destinationIds, records.length, lengths[at]]);
      const text = Buffer.from(JSON.stringify(entries));
      const head = Buffer.alloc(HEAD_AT);
      head.writeUInt8(VERSION, 0);
      head.writeUInt32LE(text.length, 1);
      return Buffer.concat([head, text]);
    },
    take,
  );
}

/** A message that a newer version of this package wrote. It must not be skipped. */
export class NewerMessage extends Error {
  constructor(version: number) {
    super(
      `a message has the format ${version}, and this version of @arbitex/queue-kafka knows ${VERSION}: upgrade this node`,
    );
    this.name = "NewerMessage";
  }
}

/** Throws `NewerMessage`, or another error for bytes of another program. */
export function decodeMessage(bytes: Buffer): readonly StoredRun[] {
  const version = bytes.length < HEAD_AT ? undefined : bytes.readUInt8(0);
  if (version !== undefined && version > VERSION && version <= LAST_VERSION) throw new NewerMessage(version);
  if (version !== VERSION) throw new TypeError(`a message of format ${version ?? "none"}, expected ${VERSION}`);
  let at = HEAD_AT + bytes.readUInt32LE(1);
  const head: unknown = JSON.parse(bytes.toString("utf8", HEAD_AT, at));
  if (!Array.isArray(head)) throw new TypeError("the head of a message is no list");
  let first = 0;
  return head.map((entry: unknown): StoredRun => {
    const { destinationIds, count, length } = entryOf(entry);
    const packed = bytes.subarray(at, at + length);
    at += length;
    let records: readonly AcceptedEvent[] | undefined;
    const run = { destinationIds, count, first, records: () => (records ??= unpackEvents(ownBytes(packed))) };
    first += count;
    return run;
  });
}

/** Returns bytes that keep no more than twice their size in memory: events outlive the answer of the cluster. */
function ownBytes(bytes: Buffer): Buffer {
  return bytes.buffer.byteLength <= 2 * bytes.length ? bytes : Buffer.from(bytes);
}

function entryOf(entry: unknown) {
  const [destinationIds, count, length]: readonly unknown[] = Array.isArray(entry) ? entry : [];
  if (Array.isArray(destinationIds) && typeof count === "number" && typeof length === "number") {
    return { destinationIds: destinationIds.map(String), count, length };
  }
  throw new TypeError("the head of a message has an entry that is no run");
}
