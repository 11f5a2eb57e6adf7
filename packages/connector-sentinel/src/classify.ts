import type { HttpReply, SendResult } from "@arbitex/core";
import { classifyStatus } from "@arbitex/core";
import { azureProblem, describeReply } from "./reply.ts";

const ROLE =
  'Give the identity the role "Monitoring Metrics Publisher" on the data collection rule. It takes up to 30 minutes to work.';
const BINDING =
  "The rule does not belong to this endpoint: set endpoint to the rule's own, or to its data collection endpoint.";
const CREDENTIAL =
  "Azure Monitor refuses the token, also a new one: set cloud to the cloud of the endpoint, and check tenant_id.";
const RULE =
  "Set dcr_immutable_id to the immutableId of the data collection rule, stream_name to a stream that it declares, and " +
  "endpoint to one in the rule's region. A new rule takes some minutes to be known.";
const ENCODING = "Something before Azure does not take gzip: set compression to none.";
const NOT_AZURE = "It is not Azure Monitor that answers: check endpoint and the way there (a proxy?).";

/** Codes of 400 that are about the request's address and not about its events. */
const MISADDRESSED = new Set([
  "InvalidStream",
  "InvalidStreamName",
  "InvalidDcrImmutableId",
  "InvalidApiVersion",
  "MissingApiVersionParameter",
  "UnsupportedApiVersion",
]);

/** What Azure's answer to a batch means. A 401 is final here: the sink has tried a new token before. */
export function classifyReply(reply: HttpReply, now: number): SendResult {
  const { status } = reply;
  // Nearly every answer, and one without a text that a reason could be read from.
  if (status === 204) return { kind: "accepted" };
  const reason = describeReply(reply);
  const suspend = (fix: string): SendResult => ({ kind: "suspend", reason, fix });
  switch (status) {
    case 400:
      return classifyBadRequest(reply, reason);
    case 401:
      return suspend(CREDENTIAL);
    case 403:
      return suspend(/IsDcrDceBindingValid: False/i.test(reason) ? BINDING : ROLE);
    case 404:
      return suspend(RULE);
    case 413:
      return { kind: "too-large", reason };
    case 415:
      return suspend(ENCODING);
    default: {
      const verdict = classifyStatus(reply, now);
      // Azure answers 204 and nothing else: this may be a proxy's page, and the events may be nowhere.
      if (verdict.kind === "accepted") return { kind: "retry", reason: `${reason} in place of 204`, ambiguous: true };
      return "reason" in verdict ? { ...verdict, reason } : verdict;
    }
  }
}

function classifyBadRequest(reply: HttpReply, reason: string): SendResult {
  const problem = azureProblem(reply);
  if (problem !== undefined) {
    return MISADDRESSED.has(problem.code)
      ? { kind: "suspend", reason, fix: RULE }
      : // Malformed JSON, or a value that a column of the Auxiliary plan does not take: one event's fault.
        { kind: "rejected", reason };
  }
  const isPage = reply.text.trimStart().startsWith("<");
  return isPage ? { kind: "suspend", reason, fix: NOT_AZURE } : { kind: "rejected", reason };
}
