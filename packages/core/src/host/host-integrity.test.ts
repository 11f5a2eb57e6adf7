import { createPublicKey, verify } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createFakeClock } from "../../test/fake-clock.ts";
import { createMemoryFiles } from "../../test/memory-files.ts";
import { createNumberedReceiver } from "../../test/numbered-receiver.ts";
import { openStore } from "../../test/queue-bench.ts";
import { eventsFor } from "../../test/receiver.ts";
import type { DeadLetter } from "../delivery/dead-letters/dead-letter.ts";
import { fingerprintOf } from "../delivery/transmit/stream/fingerprint.ts";
import { HashTree } from "../delivery/transmit/stream/hash-tree.ts";
import { newStoredKey, publishedKeys, signerOf } from "../delivery/transmit/stream/signing-keys.ts";
import { validateText } from "../ocsf/validate-text.ts";
import { createHost } from "./host.ts";

const key = newStoredKey(0);
const openSigner = async () => signerOf(key);

function deadLetterBox() {
  const letters: DeadLetter[] = [];
  const openDeadLetters = () => ({
    append: async (more: readonly DeadLetter[]) => void letters.push(...more),
    async close() {},
  });
  return { letters, openDeadLetters };
}

describe("a destination with integrity", () => {
  it("numbers events from 1 and ends with a checkpoint", async () => {
    const siem = createNumberedReceiver();
    const host = await createHost({ destinations: [siem.destination], openSigner });
    await host.publish(eventsFor(25));
    await host.settled();
    await host.stop();
    const events = siem.events();
    expect(events.map(({ metadata }) => metadata.sequence)).toEqual(
      Array.from({ length: 26 }, (_, index) => index + 1),
    );
    expect(new Set(events.map(({ unmapped }) => unmapped.attestation.chain_uid)).size).toBe(1);
    expect(events.at(-1)?.unmapped.checkpoint).toMatchObject({ index: 1, from: 1, to: 25, count: 25, is_final: true });
  });

  it("gives each event the fingerprint of its content, and the checkpoint their root and a signature", async () => {
    const siem = createNumberedReceiver();
    const host = await createHost({ destinations: [siem.destination], openSigner });
    await host.publish([
      { ...eventsFor(1)[0], message: "é 漢 1.0", unmapped: { b: 1, a: [1.5, "x"] } },
      ...eventsFor(3),
    ]);
    await host.stop();
    const tree = new HashTree();
    for (const event of siem.events()) {
      const fingerprint = fingerprintOf({ ...event });
      expect(event.unmapped.attestation.fingerprint?.value).toBe(fingerprint);
      const { checkpoint, attestation } = event.unmapped;
      if (checkpoint === undefined) tree.add(fingerprint);
      else {
        expect(checkpoint.root).toBe(tree.root());
        const [publicKey] = publishedKeys([key]);
        const signature = Buffer.from(attestation.signatures?.[0]?.value ?? "", "base64");
        const jwk = createPublicKey({ key: { ...publicKey }, format: "jwk" });
        expect(verify(null, Buffer.from(fingerprint, "hex"), jwk, signature)).toBe(true);
      }
    }
  });

  it("sends checkpoints from time to time, also while nothing happens, each with a link to the one before", async () => {
    const clock = createFakeClock();
    const siem = createNumberedReceiver({ delivery: { batchSize: 100 } });
    const host = await createHost({ destinations: [siem.destination], openSigner, clock });
    await host.publish(eventsFor(3));
    for (let minutes = 0; minutes < 16; minutes++) await clock.advance(60_000);
    const events = siem.events();
    const checkpoints = events.filter(({ unmapped }) => unmapped.checkpoint !== undefined);
    expect(checkpoints.map(({ unmapped }) => unmapped.checkpoint)).toMatchObject([
      { index: 1, from: 1, to: 3, is_final: false },
      { index: 2, from: 4, to: 4, is_final: false },
      { index: 3, from: 5, to: 5, is_final: false },
    ]);
    for (const [index, { unmapped }] of checkpoints.entries()) {
      const before = checkpoints[index - 1];
      expect(unmapped.attestation.prev_event?.fingerprint.value).toBe(before?.unmapped.attestation.fingerprint?.value);
    }
    expect(await host.checkpointsOf("soc", 2)).toEqual(checkpoints.slice(1).toReversed());
    await host.stop({ deadlineMs: 0 });
  });

  it("writes events and checkpoints that are valid OCSF 1.1", async () => {
    const siem = createNumberedReceiver();
    const host = await createHost({ destinations: [siem.destination], openSigner });
    await host.publish({
      activity_id: 1,
      category_uid: 3,
      class_uid: 3002,
      metadata: { product: { name: "x", vendor_name: "x" }, uid: "u", version: "1.1.0" },
      severity_id: 1,
      time: 1,
      type_uid: 300_201,
      user: { uid: "u" },
      service: { uid: "s" },
    });
    await host.stop();
    expect(siem.texts).toHaveLength(2);
    for (const text of siem.texts) expect(validateText(text).errors).toEqual([]);
  });

  it("numbers dead letters too, and names them in the next checkpoint", async () => {
    const { letters, openDeadLetters } = deadLetterBox();
    const siem = createNumberedReceiver({ delivery: { batchSize: 1 } });
    siem.answer = ([event]) =>
      event?.metadata.uid === "e2" ? { kind: "rejected", reason: "400 bad field" } : { kind: "accepted" };
    const host = await createHost({ destinations: [siem.destination], openSigner, openDeadLetters });
    await host.publish(eventsFor(5));
    await host.settled();
    await host.stop();
    expect(letters.map(({ record }) => JSON.parse(record.json).metadata)).toMatchObject([{ uid: "e2", sequence: 3 }]);
    expect(siem.events().at(-1)?.unmapped.checkpoint).toMatchObject({
      from: 1,
      to: 5,
      dead_lettered: [{ stage: "rejected", count: 1, numbers: "3" }],
    });
  });

  it("sends a dead letter again byte for byte, whatever the settings are by then", async () => {
    const { letters, openDeadLetters } = deadLetterBox();
    const siem = createNumberedReceiver({ delivery: { batchSize: 1 } });
    siem.answer = ([event]) =>
      event?.metadata.uid === "e1" ? { kind: "rejected", reason: "400" } : { kind: "accepted" };
    const host = await createHost({ destinations: [siem.destination], openSigner, openDeadLetters });
    await host.publish(eventsFor(3));
    await host.settled();
    await host.stop();
    const [text = ""] = letters.map(({ record }) => record.json);
    const integrity = { checkpointsMs: 1000, isReplay: true };
    const again = createNumberedReceiver({ delivery: { rendering: "strict", integrity } });
    const replay = await createHost({ destinations: [again.destination], openSigner });
    await replay.publishTexts([text]);
    await replay.stop();
    expect(again.texts).toEqual([text]);
    expect(again.events()).toMatchObject([{ metadata: { uid: "e1", sequence: 2 } }]);
  });

  it("gives a number to what a full queue does not take", async () => {
    const { letters, openDeadLetters } = deadLetterBox();
    const siem = createNumberedReceiver({ delivery: { maxQueuedEvents: 10 } });
    const host = await createHost({ destinations: [siem.destination], openSigner, openDeadLetters });
    await host.publish(eventsFor(12));
    await host.settled();
    await host.stop();
    expect(letters).toHaveLength(2);
    const numbers = [...letters.map(({ record }) => record.json), ...siem.texts].map(
      (text) => JSON.parse(text).metadata.sequence,
    );
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 13 }, (_, index) => index + 1));
    expect(siem.events().at(-1)?.unmapped.checkpoint?.dead_lettered).toMatchObject([{ stage: "overflow", count: 2 }]);
  });

  it("numbers only what the filter includes, and keeps a number when the filter changes", async () => {
    const siem = createNumberedReceiver({ filter: { minSeverityId: 2 } });
    const files = createMemoryFiles();
    const host = await createHost({ destinations: [siem.destination], openSigner, queueStore: await openStore(files) });
    const severities = [1, 2, 3, 1, 2];
    siem.answer = () => ({ kind: "suspend", reason: "401" });
    await host.publish(eventsFor(5).map((event, index) => ({ ...event, severity_id: severities[index] ?? 1 })));
    await host.settled();
    siem.answer = () => ({ kind: "accepted" });
    await host.replace({ ...siem.destination, filter: { minSeverityId: 3 } });
    await host.settled();
    expect(siem.events().map(({ metadata }) => metadata)).toMatchObject([
      { uid: "e1", sequence: 1 },
      { uid: "e2", sequence: 2 },
      { uid: "e4", sequence: 3 },
    ]);
    expect(host.statusOf("soc")?.counts).toMatchObject({ accepted: 5, delivered: 3, filtered: 2 });
    await host.stop();
  });

  it("keeps a publisher's own number and attestation under other names", async () => {
    const siem = createNumberedReceiver();
    const host = await createHost({ destinations: [siem.destination], openSigner });
    const forged = { chain_uid: `${siem.destination.id}/x`, signatures: [{ value: "x" }] };
    const metadata = { uid: "e", sequence: 77 };
    await host.publish([{ ...eventsFor(1)[0], metadata, unmapped: { attestation: forged, kept: 1 } }]);
    await host.publish([{ ...eventsFor(1)[0], metadata: { uid: "f" }, unmapped: "text" }]);
    await host.stop();
    const [first, second] = siem.events();
    expect(first).toMatchObject({
      metadata: { uid: "e", sequence: 1 },
      unmapped: { kept: 1, source_sequence: 77, source_attestation: forged },
    });
    expect(first?.unmapped.attestation.signatures).toBeUndefined();
    expect(second).toMatchObject({ metadata: { sequence: 2 }, unmapped: { source_unmapped: "text" } });
  });

  it("only numbers, without fingerprints, where checkpoints are off", async () => {
    const siem = createNumberedReceiver({ delivery: { integrity: { checkpointsMs: undefined } } });
    const host = await createHost({ destinations: [siem.destination], openSigner });
    await host.publish(eventsFor(3));
    await host.stop();
    expect(siem.events().map(({ unmapped }) => Object.keys(unmapped.attestation))).toEqual(
      Array.from({ length: 3 }, () => ["chain_uid"]),
    );
    expect(siem.events().map(({ metadata }) => metadata.sequence)).toEqual([1, 2, 3]);
  });

  it("begins another stream after its last checkpoint", async () => {
    const siem = createNumberedReceiver();
    const files = createMemoryFiles();
    const host = await createHost({ destinations: [siem.destination], openSigner, queueStore: await openStore(files) });
    await host.publish(eventsFor(2));
    await host.settled();
    await host.remove("soc", { leftover: "deliver" });
    await host.open(siem.destination);
    await host.publish(eventsFor(1, "later"));
    await host.settled();
    await host.stop();
    const events = siem.events();
    const streams = new Set(events.map(({ unmapped }) => unmapped.attestation.chain_uid));
    expect(streams.size).toBe(2);
    expect(events.map(({ metadata }) => metadata.sequence)).toEqual([1, 1, 2, 3]);
  });

  it("sends a strict rendering whose fingerprint is of what leaves", async () => {
    const siem = createNumberedReceiver({ delivery: { rendering: "strict" } });
    const host = await createHost({ destinations: [siem.destination], openSigner });
    await host.publish([{ ...eventsFor(1)[0], actor: { org: { uid: "o" } } }]);
    await host.stop();
    const [event] = siem.events();
    expect(event).not.toHaveProperty("actor.org");
    expect(event?.unmapped).toHaveProperty("actor.org.uid", "o");
    expect(event?.unmapped.attestation.fingerprint?.value).toBe(fingerprintOf({ ...event }));
  });
});
