import type { FastifyError, FastifyReply } from "fastify";
import type { Problem } from "./problem.ts";
import { Refusal, sendProblem } from "./problem.ts";

/** Answers what a route threw. What is nobody's request but our own fault is told to `onFailure` alone. */
export function answerError(error: FastifyError, reply: FastifyReply, onFailure: (error: Error) => void): FastifyReply {
  const problem = problemOf(error);
  if (problem === undefined) onFailure(error);
  return sendProblem(reply, problem ?? internal);
}

const internal: Problem = {
  status: 500,
  code: "internal",
  title: "Internal error",
  detail: "The server failed to answer; its log says why.",
};

function problemOf(error: FastifyError): Problem | undefined {
  if (error instanceof Refusal) return error.problem;
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
