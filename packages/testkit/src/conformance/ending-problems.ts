import type { Batch, Sink } from "@arbitex/core";
import { createTestContext } from "../context/test-context.ts";
import { configured, settingsFor } from "./configured.ts";
import { openRelay, portOf, redirected } from "./counting-relay.ts";
import { comesTrue } from "./comes-true.ts";
import type { OpenedSink } from "./opened-sink.ts";
import { batchFor, someRecords } from "./opened-sink.ts";
import type { ScenarioSubject } from "./subject.ts";

/** Long enough to connect and send a body before the abort. */
const UNDER_WAY_MS = 60;
/** Time after the abort within which everything must have ended. */
const PROMPT_MS = 1000;

type Call = (sink: Sink, batch: () => Batch, signal: AbortSignal) => Promise<unknown>;

/** Checks that `send` obeys its signal with a SIEM that accepts the connection and never answers. */
export function sendAbortProblems(subject: ScenarioSubject): Promise<readonly string[]> {
  return abortProblems(subject, "send", (sink, batch, signal) => sink.send(batch(), signal));
}

/** Checks the same of `check`. */
export function checkAbortProblems(subject: ScenarioSubject): Promise<readonly string[]> {
  return abortProblems(subject, "check", async (sink, _, signal) => sink.check?.(signal));
}

async function abortProblems(subject: ScenarioSubject, name: string, call: Call): Promise<readonly string[]> {
  const siem = await subject.simulator.start({});
  const silent = await openRelay();
  const context = createTestContext({ now: Date.now });
  const settings = redirected(settingsFor(subject, siem), portOf(siem.url), silent.port);
  try {
    const sink = await configured(subject.connector, settings).open(context);
    const controller = new AbortController();
    let isOver = false;
    // Throwing is as good as returning a verdict.
    const ending = call(sink, () => batchFor(subject, settings, sink, someRecords()), controller.signal).then(
      () => (isOver = true),
      () => (isOver = true),
    );
    await comesTrue(() => isOver, UNDER_WAY_MS);
    controller.abort();
    if (!(await comesTrue(() => isOver, PROMPT_MS)))
      return [`${name} goes on for ${PROMPT_MS} ms after its signal aborted`];
    await ending;
    await sink.close?.();
    return [];
  } finally {
    await context.egress.close();
    await silent.close();
    await siem.close();
  }
}

/** Finds connections that a closed sink leaves open, as the SIEM sees them. */
export async function closeProblems(subject: ScenarioSubject): Promise<readonly string[]> {
  const siem = await subject.simulator.start({});
  const relay = await openRelay(portOf(siem.url));
  const context = createTestContext({ now: Date.now });
  const settings = redirected(settingsFor(subject, siem), portOf(siem.url), relay.port);
  try {
    const sink = await configured(subject.connector, settings).open(context);
    const result = await sink.send(batchFor(subject, settings, sink, someRecords()), AbortSignal.timeout(10_000));
    if (result.kind !== "accepted") return [`a healthy SIEM gets the verdict ${result.kind}`];
    await sink.close?.();
    await context.egress.close();
    const isReleased = await comesTrue(() => relay.open() === 0, PROMPT_MS);
    return isReleased ? [] : [`${relay.open()} connections are open ${PROMPT_MS} ms after the sink was closed`];
  } finally {
    await context.egress.close();
    await relay.close();
    await siem.close();
  }
}

/** Checks that a second destination of the connector still works when the first one is closed. */
export async function neighbourProblems({ sink, batch, another }: OpenedSink): Promise<readonly string[]> {
  const first = await another();
  await first.send(batch(1), AbortSignal.timeout(10_000));
  await first.close?.();
  const { kind } = await sink.send(batch(2), AbortSignal.timeout(10_000));
  return kind === "accepted" ? [] : [`a destination gets the verdict ${kind} once another of its connector is closed`];
}

/** Checks that a destination opens while its SIEM is down, because a host must start without it. */
export async function openingProblems({ siem, another }: OpenedSink): Promise<readonly string[]> {
  await siem.close();
  let outcome: readonly string[] | undefined;
  another().then(
    (sink) => {
      outcome = [];
      return sink.close?.();
    },
    (error: unknown) => {
      outcome = [`open throws while the SIEM is down: ${String(error)}`];
    },
  );
  await comesTrue(() => outcome !== undefined, PROMPT_MS);
  return outcome ?? [`open takes more than ${PROMPT_MS} ms while the SIEM is down`];
}
