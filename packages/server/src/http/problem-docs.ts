import { z } from "zod";

export const problem = z
  .object({
    type: z.string().meta({ description: "`urn:arbitex-siem:problem:` and the code." }),
    title: z.string(),
    status: z.int(),
    code: z.string().meta({ description: "For programs; `docs/api.md` lists them." }),
    detail: z.string().meta({ description: "What to do, or what was seen." }),
    problems: z
      .array(z.object({ path: z.string(), message: z.string(), fix: z.string().optional() }))
      .optional()
      .meta({ description: "With 422: everything that is wrong, each with its place." }),
    version: z.int().optional().meta({ description: "With 412: the current version." }),
  })
  .meta({ id: "Problem", description: "What went wrong, as RFC 9457 says it." });

const PROBLEMS = {
  400: "The request cannot be read.",
  401: "No token, or one that is not good.",
  403: "The token is good, but not for this.",
  404: "There is no such thing, or it is another organisation's.",
  409: "Not in this state.",
  412: "The configuration was changed in the meantime; the answer has the current version.",
  413: "The body is too large.",
  415: "The body is of a type that is not taken.",
  422: "Something that was sent is wrong; the answer names everything.",
  429: "Too many of these; `Retry-After` says when to go on.",
  503: "Not now; `Retry-After` says when to try again.",
} as const;

export type ProblemStatus = keyof typeof PROBLEMS;

/**
 * A route's answers for the API's description: the successful ones by status, whose types the route must send, and its
 * problems.
 */
export function answers<Good extends Readonly<Record<number, z.ZodType>>>(
  good: Good,
  problems: readonly ProblemStatus[],
  schema: z.ZodType = problem,
): Good {
  return {
    ...good,
    ...Object.fromEntries(
      problems.map((status) => [
        status,
        { description: PROBLEMS[status], content: { "application/problem+json": { schema } } },
      ]),
    ),
  };
}

/** Problems of every route that needs a token. */
export const ALWAYS = [401, 403, 429, 503] as const;
/** Problems of every route with a body. */
export const WITH_BODY = [400, 413, 415, 422] as const;

export const ifMatch = z.looseObject({
  "if-match": z.string().optional().meta({ description: "The ETag that the change was made from." }),
});
export const ifNoneMatch = z.looseObject({
  "if-none-match": z.string().optional().meta({ description: "The ETag that the client has." }),
});

export const bearer = [{ bearer: [] }];

export const nothing = z.undefined().meta({ description: "Done; there is nothing to say." });
