import type { KeyObject } from "node:crypto";
import { SiemError } from "@arbitex/core";
import { COPY_AGAIN, invalidBundle } from "./bundle-error.ts";
import { keyIdOf } from "./bundle-keys.ts";
import type { FrameOpener } from "./frame-cipher.ts";
import { createFrameOpener, unpackTexts } from "./frame-cipher.ts";
import type { BundleEnd, EventsFrame, OpenBundle } from "./read-bundle.ts";
import { framesOf } from "./read-bundle.ts";

/** Both keys of the importing side. */
export interface ImportKeys {
  /** The sender's public key, Ed25519. */
  readonly verify: KeyObject;
  /** The recipient's private key, X25519. */
  readonly decrypt: KeyObject;
}

/** The events of one frame as JSON, and the first one's position in the bundle, from 1. */
export interface FrameTexts {
  readonly first: number;
  readonly texts: readonly string[];
}

/** The texts of a bundle's events, frame by frame. */
export async function* textsOf(bundle: OpenBundle, keys: ImportKeys): AsyncGenerator<FrameTexts> {
  assertRecipient(bundle, keys.decrypt);
  const opener = createFrameOpener(bundle.header.id, keys.decrypt);
  let first = 1;
  for await (const frame of framesOf(bundle, keys.verify)) {
    if (frame.kind !== "events") return;
    const texts = await open(bundle, opener, frame);
    yield { first, texts };
    first += texts.length;
  }
}

/** Reads a bundle to its end and checks every hash, signature and event, like `textsOf`. Resolves to how it ends. */
export async function verifyBundle(bundle: OpenBundle, keys: ImportKeys): Promise<BundleEnd> {
  assertRecipient(bundle, keys.decrypt);
  const opener = createFrameOpener(bundle.header.id, keys.decrypt);
  for await (const frame of framesOf(bundle, keys.verify)) {
    if (frame.kind !== "events") return frame;
    await open(bundle, opener, frame);
  }
  throw new TypeError("a bundle without an end of any kind");
}

function assertRecipient({ path, header }: OpenBundle, decrypt: KeyObject): void {
  const given = keyIdOf(decrypt);
  if (header.encrypted_for === given) return;
  const what = `${path} is encrypted for the key ${header.encrypted_for}, and not for ${given}, which was given`;
  throw new SiemError("SIEM_BUNDLE_KEY", `${what}. Give the private key whose public half it was exported with.`);
}

async function open(
  { path }: OpenBundle,
  opener: FrameOpener,
  { head, headBytes, body, before, end }: EventsFrame,
): Promise<string[]> {
  const place = `${path}, frame ${head.frame} before byte ${end}`;
  let texts: string[];
  try {
    texts = await unpackTexts(opener.open(body, { frame: head.frame, before, head: headBytes, key: head.key }));
  } catch (error) {
    throw new SiemError("SIEM_BUNDLE_INVALID", `${place}: it cannot be decrypted. ${COPY_AGAIN}`, { cause: error });
  }
  if (texts.length === head.events) return texts;
  throw invalidBundle(place, `it holds ${texts.length} events, not ${head.events}`, COPY_AGAIN);
}
