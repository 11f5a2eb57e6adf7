import type { FastifyError, FastifyReply } from "fastify";
import { isUnavailable, LOCKED, sqlStateOf } from "../database/database-unavailable.ts";
import type { Problem } from "./problem.ts";
import { locked, Refusal, sendProblem } from "./problem.ts";

/** Answers what a route threw. What is nobody's request but our own fault is told to `onFailure` alone. */
export function answerError(error: FastifyError, reply: FastifyReply, onFailure: (error: Error) => void): FastifyReply {
  const problem = problemOf(error);
  if (problem === undefined) onFailure(error);
  return sendProblem(reply, problem ?? internal);
}

export const internal: Problem = {
  status: 500,
  code: "internal",
  title: "Internal error",
  detail: "The server failed to answer; its log says why.",
};

/** The database's address and its words are the operator's business; who reads the answer may be anybody's customer. */
const databaseAway: Problem = {
  status: 503,
  code: "unavailable",
  title: "Unavailable",
  detail:
    "The database does not answer. A change that was asked for may have been made all the same: look, then repeat it.",
  retryAfter: 5,
};

function problemOf(error: FastifyError): Problem | undefined {
  if (error instanceof Refusal) return error.problem;
  if (isUnavailable(error)) return sqlStateOf(error) === LOCKED ? locked : databaseAway;
  const status = error.statusCode ?? 500;
  if (status >= 500) return undefined;
  switch (error.code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return { status, code: "body_too_large", title: "Body too large", detail: "The body is larger than 64 KiB." };
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return {
        status,
        code: "unsupported_media_type",
        title: "Unsupported content type",
        detail: "Send the body as application/json.",
      };
    default:
      return { status, code: "request_invalid", title: "Invalid request", detail: error.message };
  }
}
