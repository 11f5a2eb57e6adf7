import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { z } from "zod";
import { systemClock } from "../src/clock.ts";
import { defineConnector } from "../src/connector/connector.ts";
import { ndjson } from "../src/connector/framing.ts";
import type { SendResult } from "../src/connector/send-result.ts";
import type { Destination } from "../src/host/config/destination.ts";
import type { Host } from "../src/host/host.ts";
import { createHost } from "../src/host/host.ts";
import type { Signer } from "../src/delivery/transmit/stream/signing-keys.ts";
import { newStoredKey, signerOf } from "../src/delivery/transmit/stream/signing-keys.ts";
import type { MemoryFiles } from "./memory-files.ts";
import { createMemoryFiles } from "./memory-files.ts";
import { openStore } from "./queue-bench.ts";
import { eventFor } from "./receiver.ts";

interface Sent {
  readonly metadata: { readonly uid: string; readonly sequence: number };
  readonly unmapped: {
    readonly attestation: { readonly chain_uid: string; readonly fingerprint?: { readonly value: string } };
    readonly checkpoint?: {
      readonly index: number;
      readonly from: number;
      readonly to: number;
      readonly is_final: boolean;
    };
  };
}

/** A host with a durable queue, a SIEM that fails at random, and a machine that ends at random. */
export class StreamModel {
  files: MemoryFiles = createMemoryFiles();
  /** What the SIEM stored, and the dead letters, in order. */
  readonly stored: Sent[] = [];
  readonly deadLetters: Sent[] = [];
  readonly signer: Signer = signerOf(newStoredKey(0));
  minSeverityId = 0;
  isCalm = false;
  #host: Host | undefined;
  #life = 0;
  #published = 0;
  readonly #random: () => number;
  readonly #checkpointsMs: number | undefined;

  /** Without `checkpointsMs` events are numbered and nothing else. */
  constructor(random: () => number, checkpointsMs: number | undefined) {
    this.#random = random;
    this.#checkpointsMs = checkpointsMs;
  }

  async step(): Promise<void> {
    const pick = this.#random();
    if (pick < 0.45) await this.publish(1 + Math.floor(this.#random() * 30));
    else if (pick < 0.6) await this.replace();
    else if (pick < 0.7) await this.pause(10);
    else if (pick < 0.85) await this.end("kill");
    else if (pick < 0.95) await this.end("power cut");
    else await this.end("stop");
  }

  async publish(count: number): Promise<void> {
    const host = await this.#running();
    const events = Array.from({ length: count }, () => ({
      ...eventFor(`e${this.#published++}`),
      severity_id: 1 + Math.floor(this.#random() * 3),
    }));
    // It may end with the machine.
    host.publish(events).catch(() => undefined);
    await this.pause(3);
  }

  async replace(): Promise<void> {
    this.minSeverityId = Math.floor(this.#random() * 3);
    await (await this.#running()).replace(this.#destination());
  }

  async pause(most: number): Promise<void> {
    for (let turns = Math.floor(this.#random() * most); turns > 0; turns--) await nextTurn();
  }

  async end(how: "kill" | "power cut" | "stop"): Promise<void> {
    const host = this.#host;
    this.#host = undefined;
    if (how === "stop") await host?.stop({ deadlineMs: 5 });
    else {
      this.#life++;
      this.files = how === "kill" ? this.files.killed() : this.files.withoutPower(this.#random);
      await host?.stop({ deadlineMs: 0 }).catch(() => undefined);
    }
  }

  /** Lets the SIEM take everything, ends the stream, and checks that each number has one event. */
  async finish(): Promise<void> {
    this.isCalm = true;
    const host = await this.#running();
    await host.replace(this.#destination());
    await host.settled();
    const { counts } = await host.remove("soc", { leftover: "deliver" });
    await host.stop();
    assert.equal(counts.unreadable, 0);
    this.assertGapless();
  }

  assertGapless(): void {
    const uidOf = new Map<number, string>();
    const numberOf = new Map<string, number>();
    const all = [...this.stored, ...this.deadLetters];
    for (const { metadata, unmapped } of all) {
      assert.ok(unmapped.attestation.chain_uid.startsWith("soc/"), JSON.stringify(metadata));
      const { uid, sequence } = metadata;
      assert.equal(uidOf.get(sequence) ?? uid, uid, `number ${sequence} was given to two events`);
      assert.equal(numberOf.get(uid) ?? sequence, sequence, `event ${uid} got two numbers`);
      uidOf.set(sequence, uid);
      numberOf.set(uid, sequence);
    }
    const highest = Math.max(0, ...uidOf.keys());
    for (let number = 1; number <= highest; number++) assert.ok(uidOf.has(number), `number ${number} is missing`);
    assert.equal(new Set(all.map(({ unmapped }) => unmapped.attestation.chain_uid)).size, 1);
  }

  async #running(): Promise<Host> {
    if (this.#host !== undefined) return this.#host;
    const life = ++this.#life;
    const queueStore = await openStore(this.files, { segmentBytes: 4000, memoryBytes: 8000, clock: systemClock });
    this.#host = await createHost({
      destinations: [this.#destination()],
      queueStore,
      openSigner: async () => this.signer,
      openDeadLetters: () => ({
        append: async (letters) => {
          await nextTurn();
          if (life !== this.#life) throw new Error("this process is dead");
          for (const { record } of letters) this.deadLetters.push(sentOf(record.json));
        },
        async close() {},
      }),
    });
    return this.#host;
  }

  #destination(): Destination {
    const life = this.#life;
    return {
      id: "soc",
      config: {},
      filter: { minSeverityId: this.minSeverityId },
      delivery: {
        integrity: { checkpointsMs: this.#checkpointsMs },
        batchSize: 10,
        flushIntervalMs: 0,
        maxRetries: 1,
        onExhausted: "dead-letter",
        concurrency: 3,
      },
      connector: defineConnector({
        type: "test",
        displayName: "Test",
        guarantee: "accepted",
        configSchema: z.strictObject({}),
        limits: { maxBatchBytes: 100_000 },
        framing: ndjson,
        open: () => ({
          encode: (record) => record.json,
          send: (batch) =>
            this.#answer(
              batch.records.map(({ json }) => sentOf(json)),
              life,
            ),
        }),
      }),
    };
  }

  async #answer(events: readonly Sent[], life: number): Promise<SendResult> {
    await this.pause(4);
    if (life > this.#life) throw new Error("a later life");
    if (life < this.#life) return { kind: "suspend", reason: "this process is dead" };
    const luck = this.isCalm ? 1 : this.#random();
    if (luck < 0.1) return { kind: "suspend", reason: "401" };
    if (luck < 0.2) return { kind: "rejected", reason: "400" };
    this.stored.push(...events);
    // It has the events, and its answer is lost.
    return luck < 0.4 ? { kind: "retry", reason: "reset", ambiguous: true } : { kind: "accepted" };
  }
}

function sentOf(json: string): Sent {
  // Tests may.
  return JSON.parse(json) as Sent;
}
