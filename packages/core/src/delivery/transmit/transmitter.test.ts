import { expect, it } from "vitest";
import { ndjson } from "../../connector/framing.ts";
import { createFairTurns } from "../../fair-turns.ts";
import { createEventRecord } from "../intake/accept-event.ts";
import { createBodyPool } from "./body-pool.ts";
import { createTransmitter } from "./transmitter.ts";

function recordOf(message: string) {
  return createEventRecord({ class_uid: 6003, time: 1, message }, 0);
}

it("gives up a lone event above the limit of compressed bodies by itself, for no SIEM has refused it", async () => {
  const bodies: string[] = [];
  const transmitter = createTransmitter({
    sink: {
      encode: (record) => record.json,
      async send({ body }) {
        bodies.push(body.toString());
        return { kind: "accepted" };
      },
    },
    turns: createFairTurns({ elapsed: () => 0, nextTurn: setImmediate }),
    owner: "org-1",
    type: "test",
    framing: ndjson,
    limits: { maxBatchBytes: 10_000, maxCompressedBytes: 300 },
    pool: createBodyPool(),
    // As what cannot be compressed.
    compress: (body) => Buffer.from(body),
  });
  const [small, large] = [recordOf("a"), recordOf("b".repeat(400))];
  const stop = new AbortController().signal;

  const lone = await transmitter.transmit({ records: [large], attempt: 1 }, stop);
  expect(lone).toMatchObject({ sent: [], result: undefined, rest: [] });
  expect(lone.unpackable).toMatchObject([
    { record: large, stage: "limit", reason: expect.stringMatching(/limit is 300$/) },
  ]);
  const both = await transmitter.transmit({ records: [small, large], attempt: 1 }, stop);
  expect(both).toMatchObject({ sent: [small, large], result: { kind: "too-large" }, unpackable: [] });
  expect(bodies).toEqual([]);
});
