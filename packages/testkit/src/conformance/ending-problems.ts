import type { Batch, Sink } from "@arbitex/core";
import { createTestContext } from "../context/test-context.ts";
import { configured, settingsFor } from "./configured.ts";
import { openRelay, portOf, redirected } from "./counting-relay.ts";
import { comesTrue } from "./fast-clock.ts";
import type { OpenedSink } from "./opened-sink.ts";
import { batchFor, someRecords } from "./opened-sink.ts";
import type { ScenarioSubject } from "./subject.ts";

/** Long enough for a connection to be made and a body to be sent, before the abort. */
const UNDER_WAY_MS = 60;
/** How soon after the abort all must have ended. */
const PROMPT_MS = 1000;

type Call = (sink: Sink, batch: () => Batch, signal: AbortSignal) => Promise<unknown>;

/** What `send` does wrong about its signal before a SIEM that takes the connection and never answers. */
export function sendAbortProblems(subject: ScenarioSubject): Promise<readonly string[]> {
  return abortProblems(subject, "send", (sink, batch, signal) => sink.send(batch(), signal));
}

/** The same for `check`. */
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
    // A throw is as good an end as a verdict.
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

/** What a sink leaves open when it is closed, as the SIEM sees it. */
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

/** What goes wrong with a second destination of the same connector when the first one is closed. */
export async function neighbourProblems({ sink, batch, another }: OpenedSink): Promise<readonly string[]> {
  const first = await another();
  await first.send(batch(1), AbortSignal.timeout(10_000));
  await first.close?.();
  const { kind } = await sink.send(batch(2), AbortSignal.timeout(10_000));
  return kind === "accepted" ? [] : [`a destination gets the verdict ${kind} once another of its connector is closed`];
}

/** What keeps a destination from opening while its SIEM is down: a host starts whether or not all SIEMs are there. */
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
