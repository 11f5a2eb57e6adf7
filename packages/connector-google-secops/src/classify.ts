import type { HttpReply, SendResult } from "@arbitex/core";
import { classifyOwn, classifyStranger, isWebPage, jsonOf, retryAfterOf, unintelligible } from "@arbitex/core";
import { z } from "zod";
import { describeReply, googleProblem } from "./reply.ts";

const ROLE =
  "Give the identity a role with chronicle.logs.import on the project, such as roles/chronicle.editor, and check that the Chronicle API is enabled there.";
const TARGET =
  "Check project_id, region, instance_id and log_type: a custom log type must exist before its first event.";
const CREDENTIAL = "Google refuses the token, also a new one: check that the account still exists and is enabled.";
const ENCODING = "Something before Google does not take gzip: set compression to none.";
const NOT_GOOGLE = "It is not the Chronicle API that answers: check region, url and the way there (a proxy?).";

/** Google's texts for a body over its limit, sent with status 400. */
const TOO_LARGE = /payload size exceeds|request (?:size|entity) (?:is )?too large|message larger than max/i;

/** Success is an empty message. */
const emptyMessage = z.strictObject({});

/** Returns the verdict on a batch. A 401 is final here: the sink has already tried a new token. */
export function classifyReply(reply: HttpReply, now: number): SendResult {
  const { status } = reply;
  if (status === 200) return isSuccess(reply) ? { kind: "accepted" } : unintelligible(reply, now);
  const problem = googleProblem(reply);
  const reason = describeReply(reply);
  if (problem === undefined) {
    if (status === 415 && !isWebPage(reply)) return { kind: "suspend", reason, fix: ENCODING };
    return classifyStranger(reply, now, NOT_GOOGLE);
  }
  if (status === 413 || (status === 400 && TOO_LARGE.test(problem.message))) return { kind: "too-large", reason };
  const fix = fixOf(status);
  if (fix !== undefined) return { kind: "suspend", reason, fix };
  const verdict = classifyOwn(reply, reason, now);
  // An import is all or nothing, and a refusal is rarely about an event: the log type or forwarder may be wrong.
  if (verdict.kind === "rejected") return { kind: "rejected", reason, confirmed: false };
  if (verdict.kind !== "retry") return verdict;
  const afterMs = retryAfterOf(reply, now) ?? problem.retryMs;
  return { ...verdict, ...(afterMs !== undefined && { afterMs }) };
}

/** Returns whether the body is `{}`. Any other is a page or truncated; an empty one may be a proxy's. */
function isSuccess(reply: HttpReply): boolean {
  return emptyMessage.safeParse(jsonOf(reply)).success;
}

function fixOf(status: number): string | undefined {
  switch (status) {
    case 401:
      return CREDENTIAL;
    case 403:
      return ROLE;
    case 404:
      return TARGET;
    default:
      return undefined;
  }
}

/** Fix if a refusal may be about the destination. */
export const TARGET_FIX = TARGET;
