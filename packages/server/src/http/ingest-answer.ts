import { internal } from "./answer-error.ts";
import type { Ingest } from "./ingest.ts";
import type { Problem } from "./problem.ts";

/** The answer to an ingest request: 202 with a body, or a problem. */
export type IngestAnswer = { readonly status: 202; readonly body: object } | Problem;

export interface AnswerLimits {
  readonly maxBodyBytes: number;
  readonly maxEventBytes: number;
}

const RETRY_AFTER_SECONDS = 5;

export function answerOf({ tally, end }: Ingest, limits: AnswerLimits): IngestAnswer {
  const { accepted, refused } = tally;
  const members = membersOf(tally);
  switch (end.kind) {
    case "complete":
      if (accepted > 0) return { status: 202, body: members };
      if (refused === 0) return problem(400, "empty_body", "No events", "The body holds no event.", members);
      return nothingValid({ tally, end }, limits);
    case "too-large":
      return stopped(tally, bodyTooLarge(limits.maxBodyBytes));
    case "cut-off":
      return stopped(tally, problem(400, "body_cut_off", "Body cut off", `The body is not complete: ${end.reason}.`));
    case "unreadable": {
      const detail = `Nothing more can be read: ${end.reason}.`;
      return stopped(tally, problem(400, "body_unreadable", "Body unreadable", detail));
    }
    case "malformed": {
      const detail = `The body is not valid JSON: ${end.reason}.`;
      return stopped(tally, problem(400, "body_unreadable", "Malformed JSON", detail));
    }
    case "too-many-refused": {
      const detail = `${end.limit} events of the body are refused; what follows them was not read.`;
      return stopped(tally, problem(400, "events_invalid", "Too many invalid events", detail));
    }
    case "queue-full":
      return stopped(tally, {
        ...problem(429, "queue_full", "Queue full", end.reason),
        retryAfter: RETRY_AFTER_SECONDS,
      });
    case "stopping":
      return stopped(tally, stopping);
    case "unavailable":
      return stopped(tally, {
        ...problem(503, "unavailable", "Unavailable", end.reason),
        retryAfter: RETRY_AFTER_SECONDS,
      });
    case "failed":
      return stopped(tally, internal);
    default:
      return end satisfies never;
  }
}

/** Adds the count of accepted events to the problem. Without it the answer would read as if none was accepted. */
function stopped(tally: Ingest["tally"], { detail, ...problemOf }: Problem): Problem {
  const { accepted, refused, nextPosition } = tally;
  const taken =
    accepted + refused === 0
      ? "No event of this body was accepted."
      : `Of this body ${accepted} were accepted before that and ${refused} refused: send the rest again, from the one at position ${nextPosition} on (resume_at).`;
  return { ...problemOf, detail: `${detail} ${taken}`, members: { ...membersOf(tally), resume_at: nextPosition } };
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

/** A single event above the size limit is answered with 413. */
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
  members: Readonly<Record<string, unknown>> = {},
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
