import type { HttpReply } from "@arbitex/core";
import { jsonOf, reasonOf } from "@arbitex/core";
import { z } from "zod";

/** What Azure says went wrong, from the body or, where that is missing, from the header. */
export interface AzureProblem {
  /** Such as `InvalidStream`. */
  readonly code: string;
  readonly message: string;
}

const errorBody = z.object({
  error: z.object({ code: z.string().min(1), message: z.string().catch("") }),
});

/** Undefined when the reply is not Azure's: a proxy's page, a cut body. */
export function azureProblem(reply: HttpReply): AzureProblem | undefined {
  const parsed = errorBody.safeParse(jsonOf(reply));
  if (parsed.success) return parsed.data.error;
  const code = reply.headers["x-ms-error-code"];
  return typeof code === "string" && code !== "" ? { code, message: "" } : undefined;
}

/** Status, code and message on one line, such as `HTTP 404 NotFound: …`. */
export function describeReply(reply: HttpReply): string {
  const problem = azureProblem(reply);
  if (problem === undefined) return reasonOf(reply);
  const message = problem.message.replaceAll(/\s+/g, " ").trim().slice(0, 300);
  return [`HTTP ${reply.status} ${problem.code}`.trimEnd(), ...(message === "" ? [] : [message])].join(": ");
}
