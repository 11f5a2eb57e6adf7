import { generateKeyPairSync } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { silentLogger } from "@arbitex/core";
import type { AcceptedEvent } from "@arbitex/core/host";
import { createEventRecord, openDiskQueueStore, systemClock } from "@arbitex/core/host";
import { createEventGenerator } from "@arbitex/simulators";
import { createBundle, createBundleWriter } from "../src/bundle/write-bundle.ts";

/** The keys of both sides. */
export function bundleKeys() {
  const sender = generateKeyPairSync("ed25519");
  const recipient = generateKeyPairSync("x25519");
  return {
    sender,
    recipient,
    exporting: { sign: sender.privateKey, encrypt: recipient.publicKey },
    importing: { verify: sender.publicKey, decrypt: recipient.privateKey },
  };
}

/** The same as files, and the options that name them. */
export async function keyFiles(folder: string) {
  const { sender, recipient } = bundleKeys();
  const at = (name: string) => join(folder, name);
  const spki = { type: "spki", format: "pem" } as const;
  const pkcs8 = { type: "pkcs8", format: "pem" } as const;
  await writeFile(at("sign.pem"), sender.privateKey.export(pkcs8));
  await writeFile(at("sign.pub.pem"), sender.publicKey.export(spki));
  await writeFile(at("recipient.pem"), recipient.privateKey.export(pkcs8));
  await writeFile(at("recipient.pub.pem"), recipient.publicKey.export(spki));
  return {
    exporting: ["--sign", at("sign.pem"), "--encrypt", at("recipient.pub.pem")],
    importing: ["--verify", at("sign.pub.pem"), "--decrypt", at("recipient.pem")],
  };
}

export function someEvents(count: number, seed = 1): AcceptedEvent[] {
  const generator = createEventGenerator({ seed });
  return Array.from({ length: count }, (_, index) => {
    const record = createEventRecord(generator.next());
    record.sequence = index + 1;
    return record;
  });
}

/** Puts events into a queue on disk, as a server would that is gone by now. */
export async function queueOnDisk(path: string, destinationId: string, batches: readonly (readonly AcceptedEvent[])[]) {
  const store = await openDiskQueueStore({ path, clock: systemClock, logger: silentLogger });
  const queue = await store.open(destinationId);
  for (const records of batches) await store.append([{ records, queues: [queue] }]);
  await store.close();
}

const about = { destination: { id: "soc", type: "splunk_hec" }, organisation: null };

/** Writes a bundle of these frames. */
export async function writeBundle(
  path: string,
  frames: readonly (readonly AcceptedEvent[])[],
  { exporting }: Pick<ReturnType<typeof bundleKeys>, "exporting">,
): Promise<void> {
  const state = await createBundle(path, about, exporting);
  const writer = createBundleWriter(state, exporting);
  for (const records of frames) await writer.append(records);
  await writer.finish();
  await state.file.close();
}
