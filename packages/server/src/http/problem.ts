import type { FastifyReply } from "fastify";

/** An RFC 9457 problem document. */
export interface Problem {
  readonly status: number;
  /** For programs; never changes. */
  readonly code: ProblemCode;
  readonly title: string;
  /** The fix, or the value that was seen. */
  readonly detail: string;
  /** Seconds to wait before a retry. */
  readonly retryAfter?: number;
  /** Further members of the document. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** Append-only: programs match on these codes. `docs/api.md` explains them. */
export const problemCodes = [
  "unauthorized",
  "not_found",
  "unsupported_media_type",
  "unsupported_encoding",
  "empty_body",
  "body_unreadable",
  "body_cut_off",
  "body_too_large",
  "events_invalid",
  "event_too_large",
  "queue_full",
  "stopping",
  "unavailable",
  "request_invalid",
  "internal",
  "forbidden",
  "too_many_attempts",
  "settings_invalid",
  "version_conflict",
  "settings_unreadable",
  "replay_running",
  "configuration_changed",
  "already_exists",
  "csrf",
] as const;

export type ProblemCode = (typeof problemCodes)[number];

/** A database row that is locked by another session. */
export const locked: Problem = {
  status: 503,
  code: "unavailable",
  title: "Locked",
  detail: "Another session is changing this at the moment. Nothing was changed; try again.",
  retryAfter: 2,
};

/** Thrown to end a request with this problem. The error handler answers it. */
export class Refusal extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  const { status, retryAfter } = problem;
  if (retryAfter !== undefined) reply.header("retry-after", String(retryAfter));
  // Sent as bytes: to a string the framework would add a charset, which this media type does not have.
  return reply
    .code(status)
    .type("application/problem+json")
    .send(Buffer.from(problemText(problem)));
}

export function problemText({ status, code, title, detail, members }: Problem): string {
  return `${JSON.stringify({ type: `urn:arbitex-siem:problem:${code}`, title, status, code, detail, ...members })}\n`;
}
