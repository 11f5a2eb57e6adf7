import type { EventTexts } from "../reading/event-texts.ts";
import { createJsonSplitter } from "../reading/json-splitter.ts";
import { createLineSplitter } from "../reading/line-splitter.ts";
import type { Publisher, Tally } from "../reading/publish-events.ts";
import { createTally, publishEvents } from "../reading/publish-events.ts";
import type { BodyEnd, BodyReader } from "./body-stream.ts";
import type { BodyFormat } from "./media-type.ts";

/** What became of a request's events. */
export interface Ingest {
  readonly tally: Tally;
  readonly end: IngestEnd;
}

export type IngestEnd =
  | BodyEnd
  /** The JSON document is broken, so that the rest of its events cannot be told apart. */
  | { readonly kind: "malformed"; readonly reason: string }
  /** Nothing more was read. */
  | { readonly kind: "too-many-refused"; readonly limit: number }
  | { readonly kind: "queue-full"; readonly reason: string }
  | { readonly kind: "stopping" }
  /** The queue, or the dead letters of a full one, cannot be written. */
  | { readonly kind: "unavailable"; readonly reason: string }
  /** A fault of ours. What was taken before it is taken all the same. */
  | { readonly kind: "failed"; readonly error: Error };

export interface IngestOptions {
  readonly publisher: Publisher;
  readonly format: BodyFormat["format"];
  readonly maxEventBytes: number;
}

/** So many refused events are no slip of the sender's; every one of them costs time that others wait for. */
const MOST_REFUSED = 100_000;

/** Events are published as they are read, so that no body is in memory as a whole, and none holds up the others. */
export async function ingest(body: BodyReader, { publisher, format, maxEventBytes }: IngestOptions): Promise<Ingest> {
  const tally = createTally();
  const splitter =
    format === "ndjson" ? createLineSplitter({ maxLineBytes: maxEventBytes }) : createJsonSplitter({ maxEventBytes });

  async function take(events: EventTexts & { readonly broken?: string | undefined }): Promise<IngestEnd | undefined> {
    await publishEvents(publisher, events, tally);
    if (events.broken !== undefined) return { kind: "malformed", reason: events.broken };
    return tally.refused >= MOST_REFUSED ? { kind: "too-many-refused", limit: MOST_REFUSED } : undefined;
  }

  try {
    const end = await body.read((chunk) => take(splitter.push(chunk)));
    // The last event of a body that was cut off may be half of one, and even look like a whole one.
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
