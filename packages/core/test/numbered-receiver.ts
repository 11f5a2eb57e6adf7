import { z } from "zod";
import { defineConnector } from "../src/connector/connector.ts";
import { ndjson } from "../src/connector/framing.ts";
import type { SendResult } from "../src/connector/send-result.ts";
import type { Destination } from "../src/host/config/destination.ts";

/** An event as a SIEM has it. */
export interface StoredEvent {
  readonly class_uid: number;
  readonly metadata: { readonly uid: string; readonly sequence: number };
  readonly unmapped: {
    readonly attestation: {
      readonly chain_uid: string;
      readonly fingerprint?: { readonly value: string };
      readonly prev_event?: { readonly uid: string; readonly fingerprint: { readonly value: string } };
      readonly signatures?: readonly { readonly value: string }[];
    };
    readonly checkpoint?: {
      readonly index: number;
      readonly from: number;
      readonly to: number;
      readonly root?: string;
      readonly is_final: boolean;
      readonly dead_lettered: readonly { readonly stage: string; readonly numbers: string }[];
    };
  };
}

/** A SIEM in memory that keeps the text of each event, and the destination that leads to it. */
export interface NumberedReceiver {
  readonly texts: string[];
  answer: (events: readonly StoredEvent[]) => SendResult;
  /** Its events in the order of their numbers. */
  events(): StoredEvent[];
  readonly destination: Destination;
}

export function createNumberedReceiver(options: Omit<Partial<Destination>, "connector"> = {}): NumberedReceiver {
  const texts: string[] = [];
  const self: NumberedReceiver = {
    texts,
    answer: () => ({ kind: "accepted" }),
    events: () => texts.map(storedEvent).toSorted((a, b) => a.metadata.sequence - b.metadata.sequence),
    destination: {
      id: "soc",
      config: {},
      ...options,
      delivery: { batchSize: 10, flushIntervalMs: 0, integrity: { checkpointsMs: 300_000 }, ...options.delivery },
      connector: defineConnector({
        type: "test",
        displayName: "Test",
        guarantee: "accepted",
        configSchema: z.strictObject({}),
        limits: { maxBatchBytes: 1_000_000 },
        framing: ndjson,
        open: () => ({
          encode: (record) => record.json,
          async send({ records }) {
            const sent = records.map(({ json }) => json);
            const answer = self.answer(sent.map(storedEvent));
            if (answer.kind === "accepted") texts.push(...sent);
            return answer;
          },
        }),
      }),
    },
  };
  return self;
}

function storedEvent(text: string): StoredEvent {
  return JSON.parse(text) as StoredEvent;
}
