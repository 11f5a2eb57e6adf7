import type { HttpReply, SendResult } from "@arbitex/core";
import { classifyStatus, classifyStranger, reasonOf, unintelligible } from "@arbitex/core";

export interface Expectation {
  /** Text that a good answer contains. */
  readonly text?: string | undefined;
  readonly now: number;
}

const GONE =
  "The receiver wants no more of it (410 Gone): it was removed or turned off there. Turn it on again, or remove this destination.";
const CREDENTIAL =
  "Check signing_secret, or the credential: the receiver must know the same. A signature is also refused where the clocks differ by minutes.";
const ADDRESS = "No webhook is taken at this address: copy url again from the receiver.";
const FORM = "The receiver does not take this: change shape, or set compression to none.";
const NOT_RECEIVER = "It is not the receiver that answers: check url and the proxies on the way.";

/**
 * Returns the verdict on an answer. A receiver has no known format, so that a status alone rejects no event while
 * nothing passes.
 */
export function classifyReply(reply: HttpReply, { text, now }: Expectation): SendResult {
  if (reply.status >= 200 && reply.status < 300) {
    const isExpected = text === undefined || reply.text.includes(text);
    return isExpected ? classifyStatus(reply, now) : unintelligible(reply, now);
  }
  const fix = fixOf(reply.status);
  return fix === undefined
    ? classifyStranger(reply, now, NOT_RECEIVER)
    : { kind: "suspend", reason: reasonOf(reply), fix };
}

function fixOf(status: number): string | undefined {
  switch (status) {
    case 401:
    case 403:
      return CREDENTIAL;
    case 404:
    case 405:
      return ADDRESS;
    case 410:
      return GONE;
    case 415:
      return FORM;
    default:
      return undefined;
  }
}
