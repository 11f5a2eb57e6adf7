import type { SendResult } from "../connector/send-result.ts";
import { classifyStatus } from "./classify-status.ts";
import type { HttpReply } from "../connector/http-reply.ts";
import { reasonOf } from "../connector/http-reply.ts";
import { isWebPage, unintelligible } from "./unintelligible.ts";

/**
 * Returns the verdict on an answer that the SIEM did not write: it comes from a proxy, a load balancer or another
 * service. Never `accepted`; it dead-letters an event only while other events pass. `fix` is used for a web page and
 * for a refusal of the credential or the address.
 */
export function classifyStranger(reply: HttpReply, now: number, fix: string): SendResult {
  const verdict = classifyStatus(reply, now);
  const known = fixOfRefusal(reply);
  switch (verdict.kind) {
    case "accepted":
    case "partial":
      return unintelligible(reply, now);
    case "rejected":
      // A firewall may dislike this event alone. The framework finds out whether others pass.
      if (known === undefined && !isWebPage(reply)) return verdict;
      return { kind: "suspend", reason: reasonOf(reply), fix: known ?? fix };
    case "suspend":
      // For these statuses the general fix is right whichever server answered.
      return reply.status < 400 || reply.status === 407 ? verdict : { ...verdict, fix: known ?? fix };
    case "retry":
    case "too-large":
      return verdict;
    default:
      return verdict satisfies never;
  }
}

/** Texts of nginx and Apache in a 400 about a connection they refuse. */
const REFUSALS: readonly (readonly [words: RegExp, fix: string])[] = [
  [
    /No required SSL certificate was sent/i,
    "The server wants a client certificate: set tls_cert and tls_key, or give the proxy one.",
  ],
  [
    /The SSL certificate error/i,
    "The server refuses the client certificate: it has expired, or comes from a CA that the server does not know. Renew tls_cert and tls_key.",
  ],
  [/plain HTTP(?: request was sent)? to (?:an? )?(?:HTTPS port|SSL-enabled)/i, "Write the URL with https://."],
];

function fixOfRefusal({ text }: HttpReply): string | undefined {
  return REFUSALS.find(([words]) => words.test(text))?.[1];
}
