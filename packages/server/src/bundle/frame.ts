import type { KeyObject } from "node:crypto";
import { createHash, sign, verify } from "node:crypto";
import { z } from "zod";

// A frame, after the header's line:
//
//   u32 length of the head | u32 length of the body | 8 bytes: hash of the link before and of the two lengths
//   head, plain JSON | body, encrypted | 64 bytes: Ed25519 signature over the new link
//
// The new link is a hash of the previous link and of all bytes before the signature. The short hash tells a damaged
// length from a truncated frame: without it, one altered bit would hide all later frames.
export const PREFIX_BYTES = 16;
export const SIGNATURE_BYTES = 64;
const LENGTH_BYTES = 8;
const MAX_HEAD_BYTES = 1024 * 1024;
const MAX_BODY_BYTES = 256 * 1024 * 1024;
const SIGNED_FOR = "arbitex-bundle frame\n";

const count = z.int().nonnegative();

const frameHeadSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("events"),
    /** Counts from 1. */
    frame: count,
    events: count,
    /** Sequences of the first and last event in the original queue. */
    first_sequence: count,
    last_sequence: count,
    first_accepted_at: z.number(),
    last_accepted_at: z.number(),
    /** Ephemeral public key, SPKI in base64. */
    key: z.string(),
    /** Written by `EventTags`, in base64. A resumed export recognises its events by them. */
    tags: z.string(),
  }),
  z.strictObject({ kind: z.literal("end"), frame: count, events: count }),
]);

export type FrameHead = z.infer<typeof frameHeadSchema>;
export type EventsHead = Extract<FrameHead, { kind: "events" }>;

export interface FrameParts {
  /** JSON of a `FrameHead`. */
  readonly head: Buffer;
  readonly body: Buffer;
}

/** The bytes of a frame and the chain's next link. */
export function encodeFrame({ head, body }: FrameParts, before: Buffer, signKey: KeyObject) {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(head.length, 0);
  prefix.writeUInt32BE(body.length, 4);
  prefixCheck(prefix, before).copy(prefix, LENGTH_BYTES);
  const link = linkOf(before, prefix, { head, body });
  return { bytes: Buffer.concat([prefix, head, body, sign(null, signed(link), signKey)]), link };
}

/** The lengths of head and body; undefined when their hash does not match. */
export function decodePrefix(prefix: Buffer, before: Buffer) {
  if (!prefixCheck(prefix, before).equals(prefix.subarray(LENGTH_BYTES, PREFIX_BYTES))) return undefined;
  const lengths = { head: prefix.readUInt32BE(0), body: prefix.readUInt32BE(4) };
  return lengths.head > MAX_HEAD_BYTES || lengths.body > MAX_BODY_BYTES ? undefined : lengths;
}

/** The next link and the frame's head; undefined when the signature is not the sender's. */
export function verifyFrame(
  { prefix, head, body, signature }: FrameParts & { readonly prefix: Buffer; readonly signature: Buffer },
  before: Buffer,
  verifyKey: KeyObject,
): { readonly link: Buffer; readonly head: FrameHead } | undefined {
  const link = linkOf(before, prefix, { head, body });
  if (!verify(null, signed(link), verifyKey, signature)) return undefined;
  return { link, head: frameHeadSchema.parse(JSON.parse(head.toString("utf8"))) };
}

function prefixCheck(prefix: Buffer, before: Buffer): Buffer {
  const hash = createHash("sha256").update(before).update(prefix.subarray(0, LENGTH_BYTES));
  return hash.digest().subarray(0, PREFIX_BYTES - LENGTH_BYTES);
}

function linkOf(before: Buffer, prefix: Buffer, { head, body }: FrameParts): Buffer {
  return createHash("sha256").update(before).update(prefix).update(head).update(body).digest();
}

function signed(link: Buffer): Buffer {
  return Buffer.concat([Buffer.from(SIGNED_FOR), link]);
}
