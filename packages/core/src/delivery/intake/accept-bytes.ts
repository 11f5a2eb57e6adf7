import { isUtf8 } from "node:buffer";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import type { EventScanner, ScannedTexts } from "../../event/scan/event-scanner.ts";
import { eventScanner } from "../../event/scan/event-scanner.ts";
import type { Acceptance } from "./accept-event.ts";
import { acceptText } from "./accept-event.ts";
import type { EventError } from "./event-error.ts";
import { eventError } from "./event-error.ts";
import type { IntakeRules } from "./intake-rules.ts";
import type { ScannedRuns } from "./scanned-runs.ts";
import { createScannedRuns } from "./scanned-runs.ts";
import { writtenTexts } from "./written-texts.ts";

/** JSON texts of events, in order, in one run of bytes. */
export type EventTexts = ScannedTexts;

/** Outcome of checking events: each is accepted or refused. */
export interface AcceptedTexts {
  readonly records: readonly AcceptedEvent[];
  readonly rejected: readonly { readonly index: number; readonly errors: readonly EventError[] }[];
  /** Number of accepted events that were repaired. */
  readonly repaired: number;
}

/**
 * Checks events given as bytes, with the outcome of `acceptText`. Events that the scanner vouches for are copied and
 * never parsed; others are read by the parser. The given bytes may be reused afterwards.
 */
export function acceptBytes(
  texts: EventTexts,
  now: number,
  rules: IntakeRules,
  scanner: EventScanner | null = eventScanner(),
): AcceptedTexts {
  const records: AcceptedEvent[] = [];
  const textOf = readerOf(texts);
  const runs = textOf.areAllUtf8 ? scannedRuns(texts, now, rules, scanner, records) : undefined;
  return acceptEach({ count: texts.ranges.length / 2, records, runs, textOf }, (json) => acceptText(json, now, rules));
}

/** Checks events given as texts, with the outcome of `acceptText`. */
export function acceptTexts(texts: readonly string[], now: number, rules: IntakeRules): AcceptedTexts {
  const records: AcceptedEvent[] = [];
  const scanner = eventScanner();
  const runs =
    scanner === null || needsParser(rules) ? undefined : scannedRuns(writtenTexts(texts), now, rules, scanner, records);
  return acceptEach({ count: texts.length, records, runs, textOf: (index) => texts[index] }, (json) =>
    acceptText(json, now, rules),
  );
}

/** Checks items given as bytes, each by its text. */
export function acceptByText(texts: EventTexts, accept: (json: string) => Acceptance): AcceptedTexts {
  return acceptEach({ count: texts.ranges.length / 2, records: [], runs: undefined, textOf: readerOf(texts) }, accept);
}

interface Reading {
  readonly count: number;
  readonly records: AcceptedEvent[];
  /** Events that the scanner may vouch for. */
  readonly runs: ScannedRuns | undefined;
  /** Returns the text of an event; undefined if it is not UTF-8. */
  readonly textOf: (index: number) => string | undefined;
}

function acceptEach({ count, records, runs, textOf }: Reading, accept: (json: string) => Acceptance): AcceptedTexts {
  const rejected: { readonly index: number; readonly errors: readonly EventError[] }[] = [];
  let repaired = 0;
  for (let index = 0; index < count; index++) {
    if (runs?.add(index) === true) continue;
    runs?.flush();
    const text = textOf(index);
    const acceptance = text === undefined ? { errors: [notUtf8] } : accept(text);
    if ("errors" in acceptance) rejected.push({ index, errors: acceptance.errors });
    else {
      records.push(acceptance.record);
      if (acceptance.isRepaired) repaired++;
    }
  }
  runs?.flush();
  return { records, rejected, repaired };
}

function scannedRuns(
  texts: EventTexts,
  now: number,
  rules: IntakeRules,
  scanner: EventScanner | null,
  into: AcceptedEvent[],
): ScannedRuns | undefined {
  const facts = needsParser(rules) ? undefined : scanner?.scan(texts, rules.maxDepth);
  return facts && createScannedRuns({ texts, facts, now, maxEventBytes: rules.maxEventBytes, into });
}

/** Returns a function that reads the text of an event, and whether all of them can be read. */
function readerOf({ bytes, ranges }: EventTexts): Reading["textOf"] & { readonly areAllUtf8: boolean } {
  const areAllUtf8 = isUtf8(bytes.subarray(ranges[0], ranges.at(-1)));
  const textOf = (index: number) => {
    const start = ranges[index * 2] ?? 0;
    const end = ranges[index * 2 + 1] ?? 0;
    return areAllUtf8 || isUtf8(bytes.subarray(start, end)) ? bytes.toString("utf8", start, end) : undefined;
  };
  return Object.assign(textOf, { areAllUtf8 });
}

/** Replacing what is no UTF-8 would silently change the event. */
const notUtf8 = eventError("text_invalid", "the text is not valid UTF-8");

/** The full check and what adds members to an event need the event itself. */
function needsParser({ validation, repair, enrich }: IntakeRules): boolean {
  return validation === "full" || repair === true || enrich !== undefined;
}
