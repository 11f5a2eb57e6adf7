import type { HttpReply } from "@arbitex/core";
import { jsonOf, reasonOf } from "@arbitex/core";
import { z } from "zod";

/** Datadog's answer to a request. Parsed with care, since proxies answer at the same address. */
export interface DatadogReply {
  /** Whether it is an object without errors, such as the intake's `{}`. */
  readonly isClean: boolean;
  /** Status and errors on one line, such as `413 Request Entity Too Large: Request too large`. */
  readonly reason: string;
}

/**
 * Parses a reply; undefined if it is not Datadog's: HTML, a truncated body or another service's JSON. A refusal by
 * Datadog has errors.
 */
export function datadogReplyOf(reply: HttpReply): DatadogReply | undefined {
  const parsed = body.safeParse(jsonOf(reply));
  if (!parsed.success) return undefined;
  const { errors = [] } = parsed.data;
  if (reply.status >= 400 && parsed.data.errors === undefined) return undefined;
  const texts = errors.map(textOf).filter((text) => text !== "");
  const reason = texts.length === 0 ? reasonOf(reply) : `${reply.status} ${texts.join("; ").slice(0, 300)}`;
  return { isClean: errors.length === 0, reason };
}

const errorItem = z.union([
  z.string(),
  z.object({ title: z.string().optional().catch(undefined), detail: z.string().optional().catch(undefined) }),
]);

/** The intake writes errors as objects, the API host as texts. */
const body = z.object({ errors: z.array(errorItem).optional() });

function textOf(error: z.output<typeof errorItem>): string {
  const text = typeof error === "string" ? error : [error.title, error.detail].filter(Boolean).join(": ");
  return text.replaceAll(/\s+/g, " ").trim();
}
