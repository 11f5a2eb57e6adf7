import type { EventError } from "@arbitex/core/host";

/** Events cut out of a body or a file, as far as it has been read. */
export interface EventTexts {
  /** JSON texts that the host may judge. */
  readonly texts: readonly string[];
  /** Of each text: its position among all events, from 0. */
  readonly positions: readonly number[];
  /** Of each text: the line it stands on, from 1. */
  readonly lines: readonly number[];
  /** Events that are no text that could be judged. */
  readonly refused: readonly RefusedEvent[];
}

export interface RefusedEvent {
  readonly position: number;
  readonly line: number;
  readonly errors: readonly EventError[];
}

/** Collects events while bytes are cut up. */
export interface EventCollector {
  add(text: string, line: number): void;
  refuse(error: EventError, line: number): void;
  /** What was collected since the last call. */
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

/** Replacing what is not UTF-8 would change the event without a word. */
export const notUtf8: EventError = { code: "text_invalid", path: "", message: "the text is not valid UTF-8" };
