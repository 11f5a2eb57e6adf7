import type { EventError, EventTexts } from "@arbitex/core/host";

/** Events split from the part of a body or a file that was read so far. */
export interface SplitEvents {
  /** JSON texts for the host to validate, in order. */
  readonly texts: readonly EventTexts[];
  /** Position of each text among all events, from 0. */
  readonly positions: readonly number[];
  /** Line of each text, from 1. */
  readonly lines: readonly number[];
  /** Events refused before validation. */
  readonly refused: readonly RefusedEvent[];
  /** Why the rest cannot be split into events; nothing more comes then. */
  readonly broken?: string | undefined;
}

export interface RefusedEvent {
  readonly position: number;
  readonly line: number;
  readonly errors: readonly EventError[];
}

/** Collects events while bytes are split. */
export interface EventCollector {
  /** Adds the event between two offsets of some bytes, which must stay as they are until it is published. */
  add(bytes: Buffer, start: number, end: number, line: number): void;
  refuse(error: EventError, line: number): void;
  /** Returns whether enough events for one publish were collected. */
  isFull(): boolean;
  /** Returns what was collected since the last call. */
  drain(): SplitEvents;
}

/** About half a megabyte: one append and one sync, yet few enough for a small queue, and to block other work for 1 ms. */
const MOST_EVENTS = 500;

export function createEventCollector(firstPosition = 0): EventCollector {
  let position = firstPosition;
  let texts: { readonly bytes: Buffer; readonly ranges: number[] }[] = [];
  let positions: number[] = [];
  let lines: number[] = [];
  let refused: RefusedEvent[] = [];
  return {
    add(bytes, start, end, line) {
      const last = texts.at(-1);
      if (last?.bytes === bytes) last.ranges.push(start, end);
      else texts.push({ bytes, ranges: [start, end] });
      positions.push(position++);
      lines.push(line);
    },
    refuse(error, line) {
      refused.push({ position: position++, line, errors: [error] });
    },
    isFull: () => positions.length + refused.length >= MOST_EVENTS,
    drain() {
      const drained = { texts, positions, lines, refused };
      texts = [];
      positions = [];
      lines = [];
      refused = [];
      return drained;
    },
  };
}

export function eventTooLarge(bytes: number, limit: number): EventError {
  return { code: "event_too_large", path: "", message: `the event has ${bytes} bytes, the limit is ${limit}` };
}
