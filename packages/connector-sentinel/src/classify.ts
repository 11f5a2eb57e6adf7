import type { HttpReply, SendResult } from "@arbitex/core";
import { classifyOwn, classifyStranger, isWebPage } from "@arbitex/core";
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

/** Codes of a 400 about the address, not the events. */
const MISADDRESSED = new Set([
  "InvalidStream",
  "InvalidStreamName",
  "InvalidDcrImmutableId",
  "InvalidApiVersion",
  "MissingApiVersionParameter",
  "UnsupportedApiVersion",
]);

/**
 * Returns the verdict on a batch. A 401 is final here: the sink has already tried a new token. `rejected` is not: the
 * sink checks whether an empty list is refused too.
 */
export function classifyReply(reply: HttpReply, now: number): SendResult {
  const { status } = reply;
  // Nearly every answer is a 204, which has no text.
  if (status === 204) return { kind: "accepted" };
  const reason = describeReply(reply);
  const fix = isWebPage(reply) ? undefined : fixOf(reply, reason);
  if (fix !== undefined) return { kind: "suspend", reason, fix };
  // Azure answers only 204. Another 2xx may be a proxy's, and the events may not have arrived.
  if (status < 300) return { kind: "retry", reason: `${reason} in place of 204`, ambiguous: true };
  if (azureProblem(reply) === undefined) return classifyStranger(reply, now, NOT_AZURE);
  const verdict = classifyOwn(reply, reason, now);
  return verdict.kind === "rejected" ? { kind: "rejected", reason } : verdict;
}

/** Returns the verdict on a batch that Azure itself refused, if it refuses an empty list too. */
export function refusedThroughout(reason: string): SendResult {
  return { kind: "suspend", reason: `${reason} (it refuses an empty list as well)`, fix: RULE };
}

function fixOf(reply: HttpReply, reason: string): string | undefined {
  switch (reply.status) {
    case 400:
      return MISADDRESSED.has(azureProblem(reply)?.code ?? "") ? RULE : undefined;
    case 401:
      return CREDENTIAL;
    case 403:
      return /IsDcrDceBindingValid: False/i.test(reason) ? BINDING : ROLE;
    case 404:
      return RULE;
    case 415:
      return ENCODING;
    default:
      return undefined;
  }
}
