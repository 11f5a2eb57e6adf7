import { isUtf8 } from "node:buffer";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import type { EventScanner, ScannedTexts } from "../../event/scan/event-scanner.ts";
import { eventScanner } from "../../event/scan/event-scanner.ts";
import type { Acceptance } from "./accept-event.ts";
import { acceptText } from "./accept-event.ts";
import type { EventError } from "./event-error.ts";
import { eventError } from "./event-error.ts";
import type { IntakeRules } from "./intake-rules.ts";
import type { OrgBlocks } from "./org-blocks.ts";
import { createOrgBlocks } from "./org-blocks.ts";
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
  const slots = emptySlots(texts.ranges.length / 2);
  const textOf = readerOf(texts);
  const blocks = textOf.areAllUtf8 ? scannedBlocks(texts, now, rules, scanner, slots) : undefined;
  const reading = { slots, blocks, textOf };
  return acceptEach(reading, (json) => acceptText(json, now, rules));
}

/** Checks events given as texts, with the outcome of `acceptText`. */
export function acceptTexts(texts: readonly string[], now: number, rules: IntakeRules): AcceptedTexts {
  const slots = emptySlots(texts.length);
  const scanner = needsParser(rules) ? null : eventScanner();
  const blocks = scanner === null ? undefined : scannedBlocks(writtenTexts(texts), now, rules, scanner, slots);
  const reading = { slots, blocks, textOf: (index: number) => texts[index] };
  return acceptEach(reading, (json) => acceptText(json, now, rules));
}

/** Checks items given as bytes, each by its text. */
export function acceptByText(texts: EventTexts, accept: (json: string) => Acceptance): AcceptedTexts {
  const reading = { slots: emptySlots(texts.ranges.length / 2), blocks: undefined, textOf: readerOf(texts) };
  return acceptEach(reading, accept);
}

/** Records by the index of their event. */
type Slots = (AcceptedEvent | undefined)[];

function emptySlots(length: number): Slots {
  return Array.from<AcceptedEvent | undefined>({ length });
}

interface Reading {
  readonly slots: Slots;
  /** Events that the scanner may vouch for. */
  readonly blocks: OrgBlocks | undefined;
  /** Returns the text of an event; undefined if it is not UTF-8. */
  readonly textOf: (index: number) => string | undefined;
}

function acceptEach({ slots, blocks, textOf }: Reading, accept: (json: string) => Acceptance): AcceptedTexts {
  const rejected: { readonly index: number; readonly errors: readonly EventError[] }[] = [];
  let repaired = 0;
  for (let index = 0; index < slots.length; index++) {
    if (blocks?.add(index) === true) continue;
    const text = textOf(index);
    const acceptance = text === undefined ? { errors: [notUtf8] } : accept(text);
    if ("errors" in acceptance) {
      rejected.push({ index, errors: acceptance.errors });
      continue;
    }
    slots[index] = acceptance.record;
    if (acceptance.isRepaired) repaired++;
  }
  blocks?.finish();
  return { records: slots.filter((record) => record !== undefined), rejected, repaired };
}

function scannedBlocks(
  texts: EventTexts,
  now: number,
  rules: IntakeRules,
  scanner: EventScanner | null,
  into: Slots,
): OrgBlocks | undefined {
  const facts = needsParser(rules) ? undefined : scanner?.scan(texts, rules.maxDepth);
  return facts && createOrgBlocks({ texts, facts, now, maxEventBytes: rules.maxEventBytes, into });
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
