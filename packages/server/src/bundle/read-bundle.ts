import type { KeyObject } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";
import { SiemError } from "@arbitex/core";
import { messageOf } from "../message-of.ts";
import { UsageError } from "../usage-error.ts";
import { COPY_AGAIN, invalidBundle } from "./bundle-error.ts";
import type { BundleHeader } from "./bundle-header.ts";
import { firstLink, LONGEST_HEADER, parseHeader } from "./bundle-header.ts";
import { keyIdOf } from "./bundle-keys.ts";
import type { EventsHead } from "./frame.ts";
import { decodePrefix, PREFIX_BYTES, SIGNATURE_BYTES, verifyFrame } from "./frame.ts";

export interface OpenBundle {
  readonly path: string;
  readonly file: FileHandle;
  readonly header: BundleHeader;
  /** Offset of the first frame, and the previous link of the chain. */
  readonly offset: number;
  readonly link: Buffer;
}

/** A frame of events whose signature and place in the chain are verified. */
export interface EventsFrame {
  readonly kind: "events";
  readonly head: EventsHead;
  /** The bytes in the file. */
  readonly headBytes: Buffer;
  readonly body: Buffer;
  /** The previous and the next link of the chain. */
  readonly before: Buffer;
  readonly link: Buffer;
  readonly end: number;
}

/** How a bundle ends: after its last frame, between two frames, or within one. */
export interface BundleEnd {
  readonly kind: "whole" | "open" | "torn";
  /** Offset after the last complete frame. */
  readonly offset: number;
  /** Number of complete frames of events, and of their events. */
  readonly frames: number;
  readonly events: number;
}

/** Opens a bundle signed with this key. */
export async function openBundle(path: string, verifyKey: KeyObject, mode: "r" | "r+" = "r"): Promise<OpenBundle> {
  let file: FileHandle;
  try {
    file = await open(path, mode);
  } catch (error) {
    throw new UsageError(`The bundle ${path} cannot be opened: ${messageOf(error)}`, { cause: error });
  }
  try {
    const { header, line } = parseHeader(path, await bytesAt({ file, path }, 0, LONGEST_HEADER));
    const given = keyIdOf(verifyKey);
    if (header.signed_by !== given) {
      const what = `${path} is signed with the key ${header.signed_by}, and not with ${given}, which was given`;
      throw new SiemError("SIEM_BUNDLE_KEY", `${what}. Give the public key of the side that exported it.`);
    }
    return { path, file, header, offset: line.length, link: firstLink(line) };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Reads the frames of a bundle in order. Returns how it ends. Throws when bytes differ from what the sender wrote. */
export async function* framesOf(bundle: OpenBundle, verifyKey: KeyObject): AsyncGenerator<EventsFrame | BundleEnd> {
  const { path } = bundle;
  let { offset, link } = bundle;
  let frames = 0;
  let events = 0;
  const endAs = (kind: BundleEnd["kind"]): BundleEnd => ({ kind, offset, frames, events });
  for (;;) {
    const place = `${path}, frame ${frames + 1} at byte ${offset}`;
    const prefix = await bytesAt(bundle, offset, PREFIX_BYTES);
    if (prefix.length === 0) return yield endAs("open");
    if (prefix.length < PREFIX_BYTES) return yield endAs("torn");
    const lengths = decodePrefix(prefix, link);
    if (lengths === undefined)
      throw invalidBundle(place, "it is altered, or not the frame that follows here", COPY_AGAIN);
    const length = lengths.head + lengths.body + SIGNATURE_BYTES;
    const rest = await bytesAt(bundle, offset + PREFIX_BYTES, length);
    if (rest.length < length) return yield endAs("torn");
    const headBytes = rest.subarray(0, lengths.head);
    const body = rest.subarray(lengths.head, -SIGNATURE_BYTES);
    const parts = { prefix, head: headBytes, body, signature: rest.subarray(-SIGNATURE_BYTES) };
    const verified = verifyFrame(parts, link, verifyKey);
    if (verified === undefined) throw invalidBundle(place, "it is altered: its signature does not fit", COPY_AGAIN);
    const { head } = verified;
    const end = offset + PREFIX_BYTES + length;
    if (head.frame !== frames + 1) throw invalidBundle(place, `it is frame ${head.frame}`, COPY_AGAIN);
    if (head.kind === "end") {
      if (head.events !== events)
        throw invalidBundle(place, `it counts ${head.events} events, not ${events}`, COPY_AGAIN);
      const behind = await bytesAt(bundle, end, 1);
      if (behind.length > 0) throw invalidBundle(`${path}, byte ${end}`, "something follows the end", COPY_AGAIN);
      return yield endAs("whole");
    }
    yield { kind: "events", head, headBytes, body, before: link, link: verified.link, end };
    frames++;
    events += head.events;
    offset = end;
    link = verified.link;
  }
}

type BundleFile = Pick<OpenBundle, "file" | "path">;

/** Reads at most that many bytes; fewer at the end of the file. */
async function bytesAt({ file, path }: BundleFile, position: number, length: number): Promise<Buffer> {
  const into = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const bytesRead = await readOnce({ file, path }, into.subarray(filled), position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return into.subarray(0, filled);
}

async function readOnce({ file, path }: BundleFile, into: Buffer, position: number): Promise<number> {
  try {
    return (await file.read(into, 0, into.length, position)).bytesRead;
  } catch (error) {
    // A folder, or a failing medium.
    throw new UsageError(`The bundle ${path} cannot be read at byte ${position}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
