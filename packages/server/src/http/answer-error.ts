import type { FastifyError, FastifyReply } from "fastify";
import { isUnavailable, LOCKED, sqlStateOf } from "../database/database-unavailable.ts";
import type { Problem } from "./problem.ts";
import { locked, Refusal, sendProblem } from "./problem.ts";

/** Answers an error thrown by a route. Internal errors are reported to `onFailure` and not shown to the client. */
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

const UNIQUE = "23505";
/** Other constraint violations of a platform's table, texts too long for a column, and unknown enum values. */
const NOT_TAKEN = new Set(["23502", "23503", "23514", "22001", "22P02"]);

/** The refusal of a platform's own table constraint. */
function tableRefusal(error: FastifyError): Problem | undefined {
  const state = sqlStateOf(error);
  const constraint = "constraint" in error && typeof error.constraint === "string" ? ` (${error.constraint})` : "";
  if (state === UNIQUE) {
    return {
      status: 409,
      code: "already_exists",
      title: "Already there",
      detail: `The platform's table lets there be only one such configuration${constraint}. Change that one.`,
    };
  }
  if (!NOT_TAKEN.has(state)) return undefined;
  const detail = `The platform's table does not take this configuration${constraint}.`;
  return { status: 422, code: "settings_invalid", title: "Not valid", detail, members: { problems: [] } };
}

/** Hides the database's address and error text: the client may be a customer's user, not the operator. */
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
  const refusal = tableRefusal(error);
  if (refusal !== undefined) return refusal;
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
