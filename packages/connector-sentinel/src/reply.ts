import type { HttpReply } from "@arbitex/core";
import { jsonOf, reasonOf } from "@arbitex/core";
import { z } from "zod";

/** Azure's error, from the body or else from the header. */
export interface AzureProblem {
  /** Azure's code, such as `InvalidStream`. */
  readonly code: string;
  readonly message: string;
}

const errorBody = z.object({
  error: z.object({ code: z.string().min(1), message: z.string().catch("") }),
});

/** Parses Azure's error; undefined if the reply is not Azure's: a proxy's page, a truncated body. */
export function azureProblem(reply: HttpReply): AzureProblem | undefined {
  const parsed = errorBody.safeParse(jsonOf(reply));
  if (parsed.success) return parsed.data.error;
  const code = reply.headers["x-ms-error-code"];
  return typeof code === "string" && code !== "" ? { code, message: "" } : undefined;
}

/** Describes a reply on one line, such as `HTTP 404 NotFound: …`. */
export function describeReply(reply: HttpReply): string {
  const problem = azureProblem(reply);
  if (problem === undefined) return reasonOf(reply);
  const message = problem.message.replaceAll(/\s+/g, " ").trim().slice(0, 300);
  return [`HTTP ${reply.status} ${problem.code}`.trimEnd(), ...(message === "" ? [] : [message])].join(": ");
}
