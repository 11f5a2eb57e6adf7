import { gunzipSync } from "node:zlib";
import type { AnyConnector, Batch, Limits, OcsfEvent, Sink } from "@arbitex/core";
import { createTestBatch } from "../context/test-batch.ts";
import type { Random } from "@arbitex/simulators";
import { createRandom, integer, pick } from "@arbitex/simulators";
import { accountOf } from "./account.ts";
import { configured, settingsFor } from "./configured.ts";
import { idOf, recentEvents, settledAndThere, startRun } from "./run.ts";
import type { ScenarioSubject } from "./subject.ts";

/** Limits so small that thousands of batches of small events reach them. */
const TIGHT: Limits = { maxBatchBytes: 9000, maxBatchEvents: 7, maxEventBytes: 5000, maxCompressedBytes: 4000 };
const CHARACTERS = ["a", "0", " ", "é", "漢", "😀", '"', "\\", "\n", "|", "="];

interface Seen {
  readonly batch: Batch;
  readonly plain: Buffer;
  readonly expected: Buffer;
  /** Bytes of the framing's prefix and suffix. */
  readonly glue: number;
}

/**
 * Checks many batches of random sizes: each body must keep the limits and consist of the events in the declared
 * framing.
 */
export async function tightLimitProblems(
  subject: ScenarioSubject,
  compression: "gzip" | "none",
): Promise<readonly string[]> {
  const seen: Seen[] = [];
  const wrap = (connector: AnyConnector): AnyConnector => ({
    ...connector,
    limits: TIGHT,
    async open(config, context) {
      const sink = await connector.open(config, context);
      return deaf(sink, (batch) => {
        const body = Buffer.from(batch.body);
        const plain = batch.contentEncoding === "gzip" ? gunzipSync(body) : body;
        const expected = createTestBatch(connector, sink, batch.records, { config }).body;
        seen.push({ batch: { ...batch, body }, plain, expected, glue: glueOf(connector, config) });
      });
    },
  });
  const random = createRandom(11);
  const events = recentEvents(600, 3).map((event) => ({ ...event, message: randomText(random, 2500) }));
  const run = await startRun(subject, { delivery: { jitter: "none", compression }, wrap });
  try {
    await run.host.publish(events);
    await run.host.settled();
    const { deadLettered } = accountOf(run, []);
    const sent = seen.reduce((sum, { batch }) => sum + batch.records.length, 0);
    const problems = seen.flatMap(({ batch, plain, expected, glue }) => [
      ...bodyProblems(batch, plain.length, glue),
      ...(plain.equals(expected) ? [] : ["a body is not its events in the declared framing"]),
    ]);
    return [...new Set(problems), ...(sent + deadLettered < events.length ? ["events are missing in the bodies"] : [])];
  } finally {
    await run.stop();
  }
}

function glueOf({ framing }: AnyConnector, config: never): number {
  const { prefix = "", suffix = "" } = typeof framing === "function" ? framing(config) : framing;
  return prefix.length + suffix.length;
}

function bodyProblems({ records, body }: Batch, plainBytes: number, glue: number): readonly string[] {
  const { maxBatchBytes, maxBatchEvents = 0, maxEventBytes = 0, maxCompressedBytes = 0 } = TIGHT;
  // An event larger than the batch limit is sent alone.
  const most = records.length === 1 ? Math.max(maxBatchBytes, maxEventBytes + glue) : maxBatchBytes;
  return [
    ...(plainBytes > most ? [`a body of ${plainBytes} bytes, the limit is ${most}`] : []),
    ...(records.length > maxBatchEvents ? [`a body of ${records.length} events, the limit is ${maxBatchEvents}`] : []),
    ...(body.length < plainBytes && body.length > maxCompressedBytes ? [`${body.length} bytes after compression`] : []),
  ];
}

/** A sink that shows its batches and accepts them all. */
function deaf(sink: Sink, show: (batch: Batch) => void): Sink {
  return {
    ...sink,
    async send(batch) {
      show(batch);
      return { kind: "accepted" };
    },
  };
}

function randomText(random: Random, most: number): string {
  return Array.from({ length: integer(random, 0, most) }, () => pick(random, CHARACTERS)).join("");
}

/** Checks the declared limits against those of the SIEM, which must never find a body or an event too large. */
export async function ownLimitProblems(subject: ScenarioSubject): Promise<readonly string[]> {
  const run = await startRun(subject, { delivery: { jitter: "none", batchSize: 5000 } });
  try {
    const { limits } = configured(subject.connector, settingsFor(subject, run.siem));
    const events = [...largeEvents(limits), ...recentEvents(3000, 7)];
    await run.host.publish(events);
    await settledAndThere(run, () => accountOf(run, events.map(idOf)).lost.length === 0);
    const { counts } = run.status();
    const unforeseen = run.deadLetters.filter(({ stage }) => stage !== "limit" && stage !== "encode");
    const { lost } = accountOf(run, events.map(idOf));
    return [
      ...(counts.attempts["too-large"] > 0
        ? [`${counts.attempts["too-large"]} bodies were too large for the SIEM`]
        : []),
      ...(unforeseen[0] === undefined
        ? []
        : [`${unforeseen.length} events were refused, such as: ${unforeseen[0].reason}`]),
      ...(lost.length > 0 ? [`${lost.length} events are lost`] : []),
    ];
  } finally {
    await run.stop();
  }
}

/** Sizes around the limit of one event, and of the largest event that intake accepts. */
function largeEvents({ maxBatchBytes, maxEventBytes = maxBatchBytes }: Limits): readonly OcsfEvent[] {
  const largest = Math.min(maxEventBytes, 1_000_000);
  return [0.5, 0.9, 0.98, 1, 1.02].flatMap((share, index) => {
    const bytes = Math.floor(share * largest) - 2500;
    const text = index % 2 === 0 ? "漢".repeat(Math.floor(bytes / 3)) : "x".repeat(bytes);
    return recentEvents(1, 50 + index).map((event) => ({ ...event, message: text }));
  });
}
