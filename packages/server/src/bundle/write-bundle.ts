import { randomUUID } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";
import type { BundleHeader } from "./bundle-header.ts";
import { firstLink, headerLine } from "./bundle-header.ts";
import { keyIdOf } from "./bundle-keys.ts";
import { createEventTags } from "./event-tags.ts";
import type { EventsHead, FrameHead } from "./frame.ts";
import { encodeFrame } from "./frame.ts";
import { createFrameSealer, packTexts } from "./frame-cipher.ts";
import type { QueuedEvent } from "./queued-events.ts";
import type { OpenBundle } from "./read-bundle.ts";

/** Both keys of the exporting side. */
export interface ExportKeys {
  /** The sender's private key, Ed25519. */
  readonly sign: KeyObject;
  /** The recipient's public key, X25519. */
  readonly encrypt: KeyObject;
}

/** State of a bundle to continue. */
export interface BundleState extends OpenBundle {
  readonly frames: number;
  readonly events: number;
}

export interface BundleWriter {
  /** Number of events and frames written so far. */
  readonly events: number;
  readonly frames: number;
  /** The size of the file. */
  readonly bytes: number;
  /** Appends events in order. Resolves once they survive a power cut. */
  append(records: readonly QueuedEvent[]): Promise<void>;
  /** Writes the last frame. */
  finish(): Promise<void>;
}

export type BundleAbout = Pick<BundleHeader, "destination" | "organisation">;

/** Creates a bundle in a new file with owner-only permissions. Rejects when the file exists. */
export async function createBundle(path: string, about: BundleAbout, keys: ExportKeys): Promise<BundleState> {
  const header: BundleHeader = {
    format: "arbitex-bundle",
    version: 1,
    id: randomUUID(),
    ...about,
    created_at: new Date().toISOString(),
    signed_by: keyIdOf(keys.sign),
    encrypted_for: keyIdOf(keys.encrypt),
  };
  const line = headerLine(header);
  const file = await open(path, "wx+", 0o600);
  await writeSafe(file, line, 0);
  return { path, file, header, offset: line.length, link: firstLink(line), frames: 0, events: 0 };
}

/** Continues a bundle at its end. */
export function createBundleWriter(state: BundleState, keys: ExportKeys): BundleWriter {
  const { file, header } = state;
  let { offset, link, frames, events } = state;
  const sealer = createFrameSealer(header.id, keys.encrypt);
  const tags = createEventTags(header.id, keys.sign);

  async function writeFrame(head: FrameHead, packed: Buffer | undefined): Promise<void> {
    const headBytes = Buffer.from(JSON.stringify(head));
    const place = { frame: head.frame, before: link, head: headBytes };
    const body = packed === undefined ? Buffer.alloc(0) : sealer.seal(packed, place);
    const encoded = encodeFrame({ head: headBytes, body }, link, keys.sign);
    await writeSafe(file, encoded.bytes, offset);
    offset += encoded.bytes.length;
    link = encoded.link;
  }

  return {
    get events() {
      return events;
    },
    get frames() {
      return frames;
    },
    get bytes() {
      return offset;
    },
    async append(records) {
      const packed = await packTexts(records.map(({ json }) => json));
      await writeFrame({ ...headOf(records), frame: frames + 1, key: sealer.key, tags: tags.write(records) }, packed);
      frames++;
      events += records.length;
    },
    finish: () => writeFrame({ kind: "end", frame: frames + 1, events }, undefined),
  };
}

function headOf(records: readonly QueuedEvent[]): Omit<EventsHead, "frame" | "key" | "tags"> {
  const [first] = records;
  const last = records.at(-1);
  if (first === undefined || last === undefined) throw new TypeError("a frame without events");
  return {
    kind: "events",
    events: records.length,
    first_sequence: first.sequence,
    last_sequence: last.sequence,
    first_accepted_at: first.acceptedAt,
    last_accepted_at: last.acceptedAt,
  };
}

async function writeSafe(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
  await file.datasync();
}
