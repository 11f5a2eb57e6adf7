import type { FastifyReply, FastifyRequest } from "fastify";
import type { Publisher } from "../reading/publish-events.ts";
import { createBodyReader } from "./body-stream.ts";
import type { IntakeOptions } from "./host-routes-options.ts";
import { ingest } from "./ingest.ts";
import { answerOf, bodyTooLarge } from "./ingest-answer.ts";
import { bodyFormatOf } from "./media-type.ts";
import { sendProblem } from "./problem.ts";

export interface PostEventsOptions extends IntakeOptions {
  readonly publisher: Publisher;
}

/** Answers once every event of the body is stored in the queues or refused. */
export async function postEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  { publisher, intakeLimits: { maxEventBytes }, maxBodyBytes, unreadable, onFailure }: PostEventsOptions,
): Promise<FastifyReply> {
  if (isBodyless(request)) {
    return sendProblem(reply, {
      status: 400,
      code: "empty_body",
      title: "No events",
      detail: "The request has no body. Send a JSON object, an array of objects, or an object on each line.",
      members: { accepted: 0, rejected: [] },
    });
  }
  const bodyFormat = bodyFormatOf(request.headers);
  if ("status" in bodyFormat) return sendProblem(reply, bodyFormat);
  const { format, isGzip } = bodyFormat;
  // Refused before anything is accepted. (Gzip does not enlarge a body by an amount that matters.)
  if (Number(request.headers["content-length"]) > maxBodyBytes) return sendProblem(reply, bodyTooLarge(maxBodyBytes));
  const body = createBodyReader(request.raw, { isGzip, limit: maxBodyBytes });
  const result = await ingest(body, { publisher, format, maxEventBytes });
  for (const [code, count] of result.tally.unreadable) unreadable.set(code, (unreadable.get(code) ?? 0) + count);
  if (result.end.kind === "failed") onFailure?.(result.end.error);
  const answer = answerOf(result, { maxBodyBytes, maxEventBytes });
  // After a malformed or partly read body, the start of the connection's next request is unknown.
  if (result.end.kind === "cut-off") reply.header("connection", "close");
  return "body" in answer ? reply.code(answer.status).send(answer.body) : sendProblem(reply, answer);
}

function isBodyless({ headers }: FastifyRequest): boolean {
  const length = headers["content-length"];
  return headers["transfer-encoding"] === undefined && (length === undefined || length === "0");
}
