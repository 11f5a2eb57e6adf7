import type { Ingest } from "./ingest.ts";
import type { Problem } from "./problem.ts";

/** The answer to a request that brought events: 202 with its body, or a problem. */
export type IngestAnswer = { readonly status: 202; readonly body: object } | Problem;

export interface AnswerLimits {
  readonly maxBodyBytes: number;
  readonly maxEventBytes: number;
}

const RETRY_AFTER_SECONDS = 5;

export function answerOf({ tally, end }: Ingest, limits: AnswerLimits): IngestAnswer {
  const { accepted, refused } = tally;
  const members = membersOf(tally);
  const stopped = { ...members, resume_at: tally.nextPosition };
  switch (end.kind) {
    case "complete":
      if (accepted > 0) return { status: 202, body: members };
      if (refused === 0) return problem(400, "empty_body", "No events", "The body holds no event.", members);
      return nothingValid({ tally, end }, limits);
    case "too-large":
      return { ...bodyTooLarge(limits.maxBodyBytes), members: stopped };
    case "cut-off":
      return problem(400, "body_cut_off", "Body cut off", `The body is not complete: ${end.reason}.`, stopped);
    case "unreadable":
      return problem(400, "body_unreadable", "Body unreadable", `Nothing more can be read: ${end.reason}.`, stopped);
    case "malformed":
      return problem(400, "body_unreadable", "Malformed JSON", `The body is not valid JSON: ${end.reason}.`, stopped);
    case "too-many-refused": {
      const detail = `${end.limit} events of the body are refused; what follows them was not read.`;
      return problem(400, "events_invalid", "Too many invalid events", detail, stopped);
    }
    case "queue-full":
      return { ...problem(429, "queue_full", "Queue full", end.reason, stopped), retryAfter: RETRY_AFTER_SECONDS };
    case "stopping":
      return { ...stopping, members: stopped };
    case "unavailable":
      return { ...problem(503, "unavailable", "Unavailable", end.reason, stopped), retryAfter: RETRY_AFTER_SECONDS };
    default:
      return end satisfies never;
  }
}

export function bodyTooLarge(limit: number): Problem {
  const detail = `The body is larger than ${limit} bytes (unpacked). Send it in parts.`;
  return problem(413, "body_too_large", "Body too large", detail, { accepted: 0, rejected: [] });
}

export const stopping: Problem = {
  status: 503,
  code: "stopping",
  title: "Stopping",
  detail: "The server is stopping and takes no more events.",
  retryAfter: RETRY_AFTER_SECONDS,
};

/** One event that is too large for this server is what 413 was made for. */
function nothingValid({ tally }: Ingest, { maxEventBytes }: AnswerLimits): Problem {
  const members = membersOf(tally);
  const [first] = tally.firstRefused;
  if (tally.refused === 1 && first?.errors[0]?.code === "event_too_large") {
    const detail = `The event is larger than ${maxEventBytes} bytes.`;
    return problem(413, "event_too_large", "Event too large", detail, members);
  }
  const detail = "None of the events is valid; the reasons are under rejected.";
  return problem(400, "events_invalid", "No valid event", detail, members);
}

function problem(
  status: number,
  code: Problem["code"],
  title: string,
  detail: string,
  members: Readonly<Record<string, unknown>>,
): Problem {
  return { status, code, title, detail, members };
}

function membersOf({ accepted, refused, firstRefused }: Ingest["tally"]) {
  const listed = firstRefused.toSorted((a, b) => a.position - b.position);
  return {
    accepted,
    rejected: listed.map(({ position, errors }) => ({ index: position, errors })),
    ...(refused > listed.length && { rejected_not_listed: refused - listed.length }),
  };
}
