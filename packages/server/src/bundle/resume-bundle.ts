import { createPublicKey } from "node:crypto";
import { SiemError } from "@arbitex/core";
import { invalidBundle } from "./bundle-error.ts";
import { keyIdOf } from "./bundle-keys.ts";
import type { EventsHead } from "./frame.ts";
import { framesOf, openBundle } from "./read-bundle.ts";
import type { BundleAbout, BundleState, ExportKeys } from "./write-bundle.ts";

/** An interrupted bundle and its content. */
export interface ResumedBundle {
  readonly state: BundleState;
  readonly heads: readonly EventsHead[];
  /** Whether its last frame is written, so that only the queue's settlements and the file's name were missing. */
  readonly isWhole: boolean;
}

/** Opens an interrupted bundle to continue it. Cuts off an incomplete frame, whose events are still queued. */
export async function resumeBundle(path: string, about: BundleAbout, keys: ExportKeys): Promise<ResumedBundle> {
  const verifyKey = createPublicKey(keys.sign);
  const bundle = await openBundle(path, verifyKey, "r+");
  try {
    const { header, file } = bundle;
    const { destination, encrypted_for: recipient } = header;
    if (destination.id !== about.destination.id) {
      const fix = "Give another file, or the destination that it was begun for.";
      throw invalidBundle(path, `it was begun for "${destination.id}", not for "${about.destination.id}"`, fix);
    }
    if (recipient !== keyIdOf(keys.encrypt)) {
      throw new SiemError("SIEM_BUNDLE_KEY", `${path} was begun for another recipient's key: give that one.`);
    }
    const heads: EventsHead[] = [];
    let { link } = bundle;
    for await (const frame of framesOf(bundle, verifyKey)) {
      if (frame.kind === "events") {
        heads.push(frame.head);
        ({ link } = frame);
        continue;
      }
      const { kind, offset, frames, events } = frame;
      if (kind === "torn") await file.truncate(offset);
      return { state: { ...bundle, offset, link, frames, events }, heads, isWhole: kind === "whole" };
    }
    throw new TypeError("a bundle without an end of any kind");
  } catch (error) {
    await bundle.file.close();
    throw error;
  }
}
