import type { ConfigProblem } from "@arbitex/core/host";
import { problemsOf } from "@arbitex/core/host";
import type { FastifySchemaCompiler } from "fastify";
import type { z } from "zod";
import type { Problem } from "../http/problem.ts";
import { Refusal } from "../http/problem.ts";

/** Validates a part of a request by its zod schema. The answer lists every problem. */
export const validateRequest: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  return (data) => {
    // The framework passes null when a request has no body.
    const parsed = schema.safeParse(data ?? undefined);
    if (parsed.success) return { value: parsed.data };
    // A malformed id is answered like an id that does not exist.
    if (httpPart === "params") return { error: new Refusal(noSuch) };
    const problems = problemsOf(parsed.error, schema);
    return { error: new Refusal(invalid(problems)) };
  };
};

/** A 422 problem that lists every invalid value with its place and, where there is one, a fix. */
export function invalid(problems: readonly ConfigProblem[]): Problem {
  const [first] = problems;
  const said = first === undefined ? "" : `${first.path === "" ? "" : `${first.path}: `}${first.message}`;
  const rest = problems.length > 1 ? ` (${problems.length - 1} more under problems)` : "";
  return {
    status: 422,
    code: "settings_invalid",
    title: "Not valid",
    detail: `${said}${rest}`,
    members: { problems },
  };
}

export const noSuch: Problem = {
  status: 404,
  code: "not_found",
  title: "Not found",
  detail: "There is no such thing here. GET /v1/org/siem-configs lists your configurations.",
};
