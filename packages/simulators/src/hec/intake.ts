import type { SimulatedRequest, Spoil } from "../simulator/behaviour.ts";
import type { EventStore } from "../simulator/event-store.ts";
import { isObject } from "../simulator/json.ts";
import type { Envelope } from "./envelopes.ts";
import { splitEnvelopes } from "./envelopes.ts";
import type { HecRules } from "./judge.ts";
import { judge } from "./judge.ts";
import { quickIds } from "./quick-ids.ts";
import type { HecCode } from "./replies.ts";

/** An event as Splunk indexes it. */
export interface StoredHecEvent {
  readonly event: unknown;
  readonly time: number | undefined;
  readonly index: string;
  readonly host: string | undefined;
  readonly source: string | undefined;
  readonly sourcetype: string | undefined;
  readonly fields: Readonly<Record<string, unknown>> | undefined;
}

export interface Intake {
  /** 0 on success. */
  readonly code: HecCode;
  /** `invalid-event-number` for the codes that have one. */
  readonly eventNumber?: number;
  /** Number of accepted events, also when a later one was refused. */
  readonly taken: number;
}

/** The rules of a request's token, and the store. `discard` loses the events. */
export interface IntakeContext extends HecRules {
  readonly store: EventStore<StoredHecEvent>;
  readonly discard: boolean;
  readonly defaultIndex: string;
  readonly poisoned?: ReadonlySet<string>;
}

/** Accepts the events of a body in order, up to the first invalid one. Those before it stay stored. */
export function takeEvents(body: Buffer, spoil: Spoil | undefined, context: IntakeContext): Intake {
  const { store, discard, indexes, poisoned } = context;
  if (store.keep === "count" && spoil === undefined && indexes === undefined && poisoned === undefined) {
    const ids = quickIds(body);
    if (ids !== undefined && ids.length > 0) {
      if (!discard) for (const id of ids) store.addAgain(id, neverKept);
      return { code: 0, taken: ids.length };
    }
  }
  const { envelopes, broken } = splitEnvelopes(body.toString("utf8"));
  if (envelopes.length === 0 && !broken) return { code: 5, taken: 0 };
  const spoiled = Math.min(...(spoil?.pick(envelopes.length) ?? []));
  let taken = 0;
  for (const [number, envelope] of envelopes.entries()) {
    const id = idOf(envelope.value["event"]);
    // An event that is stored already was valid. Refusing it now would make it both stored and refused.
    const isSpoiled = number === spoiled && (id === undefined || !store.has(id));
    const isPoisoned = id !== undefined && poisoned?.has(id) === true;
    const verdict = isSpoiled || isPoisoned ? ({ kind: "refused", code: 6 } as const) : judge(envelope, context);
    if (verdict.kind === "ended") return { code: taken === 0 ? 5 : 0, taken };
    if (verdict.kind === "refused") return refuse(verdict.code, number, taken, context);
    if (verdict.kind === "skipped") continue;
    taken += 1;
    if (!discard) store.addAgain(id, () => storedEvent(envelope, context.defaultIndex));
  }
  return broken ? refuse(6, envelopes.length, taken, context) : { code: 0, taken };
}

/** Accepts the lines of a raw body as events. The envelope's other fields are in the query. */
export function takeLines({ body, query }: SimulatedRequest, { store, discard, defaultIndex }: IntakeContext): Intake {
  const lines = body
    .toString("utf8")
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "");
  if (lines.length === 0) return { code: 5, taken: 0 };
  const envelope = { ...Object.fromEntries(query), time: undefined, fields: undefined };
  for (const event of discard ? [] : lines) {
    store.addAgain(undefined, () => storedEvent({ text: event, value: { ...envelope, event } }, defaultIndex));
  }
  return { code: 0, taken: lines.length };
}

function refuse(code: HecCode, number: number, taken: number, { store }: IntakeContext): Intake {
  store.refuse();
  // Splunk counts from 0, except for a wrong index, where it is off by one.
  return { code, eventNumber: code === 7 ? number + 1 : number, taken };
}

function storedEvent({ value }: Envelope, defaultIndex: string): StoredHecEvent {
  const { event, time, index, host, source, sourcetype, fields } = value;
  return {
    event,
    time: time === undefined ? undefined : Number(time),
    index: textOf(index) ?? defaultIndex,
    host: textOf(host),
    source: textOf(source),
    sourcetype: textOf(sourcetype),
    fields: isObject(fields) ? fields : undefined,
  };
}

/** The OCSF event's own id, also when a client has wrapped the event in a `message`. */
function idOf(event: unknown): string | undefined {
  if (!isObject(event)) return undefined;
  const { metadata, message } = event;
  if (isObject(metadata)) return textOf(metadata["uid"]);
  return isObject(message) ? idOf(message) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function neverKept(): never {
  throw new Error("events are not kept when only numbers are");
}
