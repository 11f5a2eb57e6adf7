import type { ConfigProblem, Select } from "@arbitex/core/host";
import { createSelect, filterOf, filterSchema, problemsOf } from "@arbitex/core/host";
import { z } from "zod";

const schema = z.object({ filter: filterSchema.shape.cel });

/** Reads the expression of a tap; undefined for none. */
export function tapSelect(
  cel: string | undefined,
): { readonly select: Select | undefined } | { readonly problems: readonly ConfigProblem[] } {
  if (cel === undefined || cel === "") return { select: undefined };
  const parsed = filterSchema.safeParse({ cel });
  if (parsed.success) return { select: createSelect(filterOf(parsed.data)) };
  const problems = problemsOf(parsed.error, schema);
  return { problems: problems.map((problem) => ({ ...problem, path: "filter" })) };
}
