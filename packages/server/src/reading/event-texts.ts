import type { EventError } from "@arbitex/core/host";

/** Events split from the part of a body or a file that was read so far. */
export interface EventTexts {
  /** JSON texts for the host to validate. */
  readonly texts: readonly string[];
  /** Position of each text among all events, from 0. */
  readonly positions: readonly number[];
  /** Line of each text, from 1. */
  readonly lines: readonly number[];
  /** Events refused before validation. */
  readonly refused: readonly RefusedEvent[];
}

export interface RefusedEvent {
  readonly position: number;
  readonly line: number;
  readonly errors: readonly EventError[];
}

/** Collects events while bytes are split. */
export interface EventCollector {
  add(text: string, line: number): void;
  refuse(error: EventError, line: number): void;
  /** Returns what was collected since the last call. */
  drain(): EventTexts;
}

export function createEventCollector(firstPosition = 0): EventCollector {
  let position = firstPosition;
  let texts: string[] = [];
  let positions: number[] = [];
  let lines: number[] = [];
  let refused: RefusedEvent[] = [];
  return {
    add(text, line) {
      texts.push(text);
      positions.push(position++);
      lines.push(line);
    },
    refuse(error, line) {
      refused.push({ position: position++, line, errors: [error] });
    },
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

/** Refuses invalid UTF-8. Replacing it would silently change the event. */
export const notUtf8: EventError = { code: "text_invalid", path: "", message: "the text is not valid UTF-8" };
