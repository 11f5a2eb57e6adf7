import type { EventRecord, OcsfEvent, Sink } from "@arbitex/core";
import { encodedBytes } from "@arbitex/core";
import { createEventRecord } from "@arbitex/core/host";
import { hostileEvents, hostileTexts } from "../events/hostile-events.ts";
import { isObject } from "@arbitex/simulators";
import { accountOf } from "./account.ts";
import { idOf, recentEvents, settledAndThere, startRun } from "./run.ts";
import type { ScenarioSubject } from "./subject.ts";

/**
 * Ids that break careless encoders, which write an id into action lines, keys and headers outside of the event's JSON.
 */
const HOSTILE_IDS = [
  '"},{"forged":"',
  "line\nbreak\r\nthree",
  "pipe|equals=tab\tcaret^",
  "漢".repeat(400),
  "😀 é \\ '",
];

/** Finds events that are encoded differently the second time. */
export function repeatProblems(encode: Sink["encode"]): readonly string[] {
  return recordsOfEveryKind()
    .filter((record) => !encoded(encode, record).equals(encoded(encode, record)))
    .map(({ id }) => `event ${id} is encoded differently the second time`);
}

/** Finds events that `encode` mutates, although other destinations share them. */
export function changeProblems(encode: Sink["encode"]): readonly string[] {
  return recordsOfEveryKind().flatMap((record) => {
    const before = JSON.stringify(record.event());
    encoded(encode, record);
    return JSON.stringify(record.event()) === before ? [] : [`encode changes event ${record.id}`];
  });
}

/** Finds ordinary events for which an encoder throws or returns nothing. */
export function refusalProblems(encode: Sink["encode"]): readonly string[] {
  return recentEvents(50).flatMap((event) => {
    try {
      return encodedBytes(encode(createEventRecord(event))).length > 0
        ? []
        : ["encode makes nothing of an ordinary event"];
    } catch (error) {
      return [`encode throws at an ordinary event: ${String(error)}`];
    }
  });
}

/** An encoder may throw, but must throw the same each time. */
function encoded(encode: Sink["encode"], record: EventRecord): Buffer {
  try {
    return encodedBytes(encode(record));
  } catch (error) {
    return Buffer.from(`threw ${String(error)}`);
  }
}

function recordsOfEveryKind(): readonly EventRecord[] {
  return [...recentEvents(20), ...hostileEvents.map(({ event }) => event), ...withHostileIds()].flatMap((event) => {
    try {
      return [createEventRecord(event)];
    } catch {
      // Intake refuses such an event, so no encoder ever sees it.
      return [];
    }
  });
}

/**
 * Sends hostile events between ordinary ones through a host. Each ordinary event must arrive as if there were no
 * hostile ones; each hostile event must arrive or be dead-lettered alone. The SIEM itself may refuse only events of odd
 * shape: when it refuses one for its text, the body was malformed.
 */
export async function hostilityProblems(subject: ScenarioSubject): Promise<readonly string[]> {
  const evil = [...hostileEvents.map(({ event }) => event), ...withHostileIds()];
  const plain = recentEvents(evil.length + 1, 5);
  const events = plain.flatMap((event, index) => [event, ...evil.slice(index, index + 1)]);
  const run = await startRun(subject, { delivery: { jitter: "none" } });
  try {
    const { accepted } = await run.host.publish(events);
    await settledAndThere(run, () => new Set(run.siem.ids).size + run.deadLetters.length === accepted);
    const plainIds = new Set(plain.map(idOf));
    const stored = new Set(run.siem.ids);
    const { repeated, deadLettered } = accountOf(run, []);
    const missing = [...plainIds].filter((id) => !stored.has(id));
    const broken = run.deadLetters.filter(({ stage, record }) => stage === "rejected" && !ODD_SHAPES.has(record.id));
    const sum = stored.size + deadLettered;
    return [
      ...(missing.length > 0 ? [`${missing.length} ordinary events did not arrive, such as ${missing[0] ?? ""}`] : []),
      ...(broken[0] === undefined ? [] : [`${broken.length} events were refused, such as: ${broken[0].reason}`]),
      ...(repeated > 0 ? [`${repeated} events were stored again`] : []),
      // An id that the SIEM stores in another form is counted, not compared.
      ...(sum === accepted ? [] : [`of ${accepted} events ${stored.size} arrived and ${deadLettered} were given up`]),
    ];
  } finally {
    await run.stop();
  }
}

const ODD_SHAPES = new Set(
  hostileEvents.filter(({ name }) => !Object.hasOwn(hostileTexts, name)).map(({ event }) => idOf(event)),
);

function withHostileIds(): readonly OcsfEvent[] {
  return HOSTILE_IDS.map((uid, index) => {
    const [event = {}] = recentEvents(1, 100 + index);
    const { metadata } = event;
    return { ...event, metadata: { ...(isObject(metadata) && metadata), uid } };
  });
}
