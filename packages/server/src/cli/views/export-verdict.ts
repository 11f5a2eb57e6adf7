import type { NumberRange } from "@arbitex/core/host";
import { countOf, rangesText } from "@arbitex/core/host";
import type { NamedEvent } from "../../verify/stream-evidence.ts";
import type { StreamVerdict } from "../../verify/stream-verdict.ts";
import { isComplete } from "../../verify/stream-verdict.ts";
import type { ExportVerdict } from "../../verify/verify-export.ts";
import { counted, grouped } from "../terminal/numbers.ts";
import type { Paint } from "../terminal/paint.ts";

/** The verdict as one JSON document. Numbers are ranges: `3,7-12`. */
export function verdictDocument({
  isComplete: complete,
  events,
  unnumbered,
  unreadable,
  broken,
  streams,
}: ExportVerdict) {
  return {
    complete,
    events,
    unnumbered,
    unreadable,
    broken,
    streams: streams.map((stream) => ({
      stream: stream.stream,
      complete: isComplete(stream),
      events: stream.events,
      proven: stream.proven === undefined ? null : { from: stream.proven[0], to: stream.proven[1] },
      ended: stream.isEnded,
      newest_checkpoint_at:
        stream.newestCheckpointAt === undefined ? null : new Date(stream.newestCheckpointAt).toISOString(),
      missing: rangesText(stream.missing),
      altered: stream.altered,
      forged_intervals: rangesText(stream.forgedIntervals),
      forged_checkpoints: stream.forgedCheckpoints,
      missing_checkpoints: rangesText(stream.missingCheckpoints),
      foreign: rangesText(stream.foreign),
      tail_missing: stream.isTailMissing,
      repeated: stream.repeated,
      dead_lettered: rangesText(stream.deadLettered),
      under_way: rangesText(stream.underWay),
      unproven: rangesText(stream.unproven),
      unchecked_intervals: rangesText(stream.uncheckedIntervals),
    })),
  };
}

const MOST_SHOWN = 10;

/** The verdict for a person. */
export function verdictLines(verdict: ExportVerdict, paint: Paint): readonly string[] {
  const { events, unnumbered, unreadable, broken, streams } = verdict;
  const lines = streams.flatMap((stream) => streamLines(stream, paint));
  const others = [
    ...(unnumbered === 0 ? [] : [`${counted(unnumbered, "event")} without a number, of which nothing is proven.`]),
    ...(unreadable === 0 ? [] : [`${counted(unreadable, "line")} could not be read.`]),
    ...broken.map((text) => paint("red", text)),
    ...(streams.length === 0 ? [paint("red", "No event with a number and a stream: nothing is proven.")] : []),
  ];
  const summary = verdict.isComplete
    ? paint("green", "Nothing is missing or altered.")
    : paint("red", "The export is not complete.");
  return [...lines, ...others, `${counted(events, "event")} read. ${streams.length === 0 ? "" : summary}`.trim()];
}

function streamLines(stream: StreamVerdict, paint: Paint): readonly string[] {
  const { proven, isEnded, newestCheckpointAt } = stream;
  const mark = isComplete(stream) ? paint("green", "✓") : paint("red", "✗");
  const to = proven === undefined ? "no checkpoint" : `proven ${grouped(proven[0])} to ${grouped(proven[1])}`;
  const newest =
    newestCheckpointAt === undefined ? "" : `, newest checkpoint ${new Date(newestCheckpointAt).toISOString()}`;
  const found: [string, string][] = [
    ["missing", numbersText(stream.missing)],
    ["altered", eventsText(stream.altered)],
    ["forged fingerprints among", numbersText(stream.forgedIntervals)],
    ["forged checkpoints", eventsText(stream.forgedCheckpoints)],
    ["missing checkpoints", numbersText(stream.missingCheckpoints)],
    ["foreign", numbersText(stream.foreign)],
    ["nothing is proven", proven === undefined ? "export a longer period, or give the checkpoints with --ledger" : ""],
    ["tail", stream.isTailMissing ? "no checkpoint of the last 15 minutes" : ""],
    ["repeated", eventsText(stream.repeated)],
    ["dead-lettered", numbersText(stream.deadLettered)],
    ["under way", numbersText(stream.underWay)],
    ["after the newest checkpoint", numbersText(stream.unproven)],
    ["roots not comparable", numbersText(stream.uncheckedIntervals)],
  ];
  return [
    `${mark} ${shown(stream.stream)}: ${counted(stream.events, "event")}, ${to}${newest}${isEnded ? ", ended" : ""}`,
    ...found.flatMap(([name, text]) => (text === "" ? [] : [`    ${name.padEnd(27)} ${text}`])),
  ];
}

function numbersText(ranges: readonly NumberRange[]): string {
  if (ranges.length === 0) return "";
  const more = ranges.length > MOST_SHOWN ? ", …" : "";
  return `${grouped(countOf(ranges))}: ${rangesText(ranges.slice(0, MOST_SHOWN))}${more}`;
}

function eventsText(events: readonly NamedEvent[]): string {
  if (events.length === 0) return "";
  const first = events.slice(0, MOST_SHOWN).map(eventText);
  return `${grouped(events.length)}: ${first.join(", ")}${events.length > MOST_SHOWN ? ", …" : ""}`;
}

function eventText({ number, uid }: NamedEvent): string {
  return uid === "" ? String(number) : `${number} (${shown(uid)})`;
}

/** Escapes control characters of a text from outside. */
function shown(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
