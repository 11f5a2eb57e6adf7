import type { HttpReply } from "@arbitex/core";
import { jsonOf, reasonOf } from "@arbitex/core";
import { z } from "zod";

/** `google.rpc.Status` in JSON. */
const statusBody = z.object({
  error: z.object({
    status: z.string(),
    message: z.string().catch(""),
    details: z.array(z.looseObject({})).catch([]),
  }),
});

const retryInfo = z.object({ retryDelay: z.string().regex(/^\d{1,6}(?:\.\d{1,9})?s$/) });

export interface GoogleProblem {
  /** Google's status, such as `PERMISSION_DENIED`. */
  readonly status: string;
  readonly message: string;
  /** Requested wait in milliseconds. */
  readonly retryMs: number | undefined;
}

/** Parses Google's refusal of a request; undefined if the answer is not Google's. */
export function googleProblem(reply: HttpReply): GoogleProblem | undefined {
  const parsed = statusBody.safeParse(jsonOf(reply)).data;
  if (parsed === undefined) return undefined;
  const { status, message, details } = parsed.error;
  const delay = details
    .map((detail) => retryInfo.safeParse(detail).data?.retryDelay)
    .find((found) => found !== undefined);
  return {
    status,
    message: message.replaceAll(/\s+/g, " ").trim(),
    retryMs: delay === undefined ? undefined : Math.ceil(Number(delay.slice(0, -1)) * 1000),
  };
}

const MAX_REASON = 300;

/** Describes an answer on one short line, such as `HTTP 403 PERMISSION_DENIED: …`. */
export function describeReply(reply: HttpReply): string {
  const problem = googleProblem(reply);
  if (problem === undefined) return reasonOf(reply);
  return `HTTP ${reply.status} ${problem.status}: ${problem.message}`.slice(0, MAX_REASON);
}
