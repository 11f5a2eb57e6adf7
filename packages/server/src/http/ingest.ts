import { jsonEvents } from "../reading/json-events.ts";
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
  /** The JSON document is broken, so that its events cannot be told apart. */
  | { readonly kind: "malformed"; readonly reason: string }
  | { readonly kind: "queue-full"; readonly reason: string }
  | { readonly kind: "stopping" }
  /** The queue, or the dead letters of a full one, cannot be written. */
  | { readonly kind: "unavailable"; readonly reason: string };

export interface IngestOptions {
  readonly publisher: Publisher;
  readonly format: BodyFormat["format"];
  readonly maxEventBytes: number;
}

/** NDJSON is published line by line as it arrives, a JSON document once it is whole. */
export async function ingest(body: BodyReader, options: IngestOptions): Promise<Ingest> {
  const tally = createTally();
  try {
    const end = await (options.format === "ndjson"
      ? ingestLines(body, options, tally)
      : ingestDocument(body, options, tally));
    return { tally, end };
  } catch (error) {
    return { tally, end: endOfFailure(error) };
  }
}

async function ingestLines(
  body: BodyReader,
  { publisher, maxEventBytes }: IngestOptions,
  tally: Tally,
): Promise<BodyEnd> {
  const splitter = createLineSplitter({ maxLineBytes: maxEventBytes });
  const end = await body.read((chunk) => publishEvents(publisher, splitter.push(chunk), tally));
  // The last line of a body that was cut off may be half of an event, and even look like a whole one.
  if (end.kind === "complete") await publishEvents(publisher, splitter.end(), tally);
  return end;
}

async function ingestDocument(
  body: BodyReader,
  { publisher, maxEventBytes }: IngestOptions,
  tally: Tally,
): Promise<IngestEnd> {
  const chunks: Buffer[] = [];
  const end = await body.read((chunk) => {
    chunks.push(chunk);
  });
  if (end.kind !== "complete") return end;
  const events = jsonEvents(Buffer.concat(chunks), { maxEventBytes });
  if (events.kind === "broken") return { kind: "malformed", reason: events.reason };
  for (const batch of events.batches) await publishEvents(publisher, batch, tally);
  return end;
}

function endOfFailure(error: unknown): IngestEnd {
  if (!(error instanceof Error) || !("code" in error)) throw error;
  switch (error.code) {
    case "SIEM_QUEUE_FULL":
      return { kind: "queue-full", reason: error.message };
    case "SIEM_HOST_STOPPED":
      return { kind: "stopping" };
    case "SIEM_QUEUE_WRITE":
    case "SIEM_DEAD_LETTER_WRITE":
      return { kind: "unavailable", reason: error.message };
    default:
      throw error;
  }
}
