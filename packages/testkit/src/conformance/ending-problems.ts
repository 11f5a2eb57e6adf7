import type { EventRecord, Framing, Sink } from "@arbitex/core";
import { createEventRecord } from "@arbitex/core/host";
import { createTestBatch } from "../context/test-batch.ts";
import { createTestContext } from "../context/test-context.ts";
import { configured, settingsFor } from "./configured.ts";
import { openRelay, portOf, redirected } from "./counting-relay.ts";
import { comesTrue } from "./fast-clock.ts";
import { recentEvents } from "./run.ts";
import type { ScenarioSubject } from "./subject.ts";

/** Long enough for a connection to be made and a body to be sent, before the abort. */
const UNDER_WAY_MS = 60;
/** How soon after the abort all must have ended. */
const PROMPT_MS = 1000;

type Call = (sink: Sink, framing: Framing, signal: AbortSignal) => Promise<unknown>;

/** What `send` does wrong about its signal before a SIEM that takes the connection and never answers. */
export function sendAbortProblems(subject: ScenarioSubject): Promise<readonly string[]> {
  return abortProblems(subject, "send", (sink, framing, signal) =>
    sink.send(createTestBatch(framing, sink, someRecords()), signal),
  );
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
    const destination = configured(subject.connector, settings);
    const sink = await destination.open(context);
    const controller = new AbortController();
    let isOver = false;
    // A throw is as good an end as a verdict.
    const ending = call(sink, destination.framing, controller.signal).then(
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
    const destination = configured(subject.connector, settings);
    const sink = await destination.open(context);
    const result = await sink.send(
      createTestBatch(destination.framing, sink, someRecords()),
      AbortSignal.timeout(10_000),
    );
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

function someRecords(): readonly EventRecord[] {
  return recentEvents(3).map((event) => createEventRecord(event));
}
