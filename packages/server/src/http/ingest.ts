import type { SplitEvents } from "../reading/event-texts.ts";
import { createJsonSplitter } from "../reading/json-splitter.ts";
import { createLineSplitter } from "../reading/line-splitter.ts";
import type { Publisher, Tally } from "../reading/publish-events.ts";
import { createTally, publishEvents } from "../reading/publish-events.ts";
import type { BodyEnd, BodyReader } from "./body-stream.ts";
import type { BodyFormat } from "./media-type.ts";

/** The outcome of an ingest request. */
export interface Ingest {
  readonly tally: Tally;
  readonly end: IngestEnd;
}

export type IngestEnd =
  | BodyEnd
  /** The JSON is malformed, so that the remaining events cannot be separated. */
  | { readonly kind: "malformed"; readonly reason: string }
  /** Reading stopped at this many refused events. */
  | { readonly kind: "too-many-refused"; readonly limit: number }
  | { readonly kind: "queue-full"; readonly reason: string }
  | { readonly kind: "stopping" }
  /** The queue, or the dead-letter file of a full queue, cannot be written. */
  | { readonly kind: "unavailable"; readonly reason: string }
  /** An internal error. Events accepted before it stay accepted. */
  | { readonly kind: "failed"; readonly error: Error };

export interface IngestOptions {
  readonly publisher: Publisher;
  readonly format: BodyFormat["format"];
  readonly maxEventBytes: number;
}

/** So many refused events are no mistake in one event, and each costs time that other requests need. */
const MOST_REFUSED = 100_000;

/** Publishes events while the body is read. No body is held in memory as a whole, and none delays the others. */
export async function ingest(body: BodyReader, { publisher, format, maxEventBytes }: IngestOptions): Promise<Ingest> {
  const tally = createTally(MOST_REFUSED);
  const splitter =
    format === "ndjson" ? createLineSplitter({ maxLineBytes: maxEventBytes }) : createJsonSplitter({ maxEventBytes });

  async function take(events: Iterable<SplitEvents>): Promise<IngestEnd | undefined> {
    const broken = await publishEvents(publisher, events, tally);
    if (broken !== undefined) return { kind: "malformed", reason: broken };
    return tally.refused >= MOST_REFUSED ? { kind: "too-many-refused", limit: MOST_REFUSED } : undefined;
  }

  try {
    const end = await body.read((chunk) => take(splitter.push(chunk)));
    // The last event of a cut-off body may be truncated and still look complete.
    const ending = end.kind === "complete" ? await take(splitter.end()) : undefined;
    return { tally, end: ending ?? end };
  } catch (error) {
    return { tally, end: endOfFailure(error) };
  }
}

function endOfFailure(error: unknown): IngestEnd {
  if (!(error instanceof Error)) throw error;
  switch ("code" in error ? error.code : undefined) {
    case "SIEM_QUEUE_FULL":
      return { kind: "queue-full", reason: error.message };
    case "SIEM_HOST_STOPPED":
      return { kind: "stopping" };
    case "SIEM_QUEUE_WRITE":
    case "SIEM_QUEUE_LOCKED":
    case "SIEM_DEAD_LETTER_WRITE":
      return { kind: "unavailable", reason: error.message };
    default:
      return { kind: "failed", error };
  }
}
