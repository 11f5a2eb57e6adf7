import type { ASTNode } from "@marcbachmann/cel-js";
import { Environment, ParseError } from "@marcbachmann/cel-js";
import { FilterError } from "./filter-error.ts";
import { MOST_DEPTH, MOST_NODES, MOST_SOURCE } from "./filter-limits.ts";

export type { ASTNode };

/** Only its parser is used: its evaluator knows no bound of time, so a tenant's filter could stop the process. */
const environment = new Environment({
  limits: {
    maxAstNodes: MOST_NODES,
    maxDepth: MOST_DEPTH,
    maxListElements: MOST_NODES,
    maxMapEntries: 1,
    maxCallArguments: 2,
  },
});

/** Parses CEL. Throws `FilterError`. */
export function parseCel(source: string): ASTNode {
  if (source.length > MOST_SOURCE) {
    throw new FilterError(`is ${source.length} characters long; ${MOST_SOURCE} are allowed.`, { start: MOST_SOURCE });
  }
  try {
    return environment.parse(source).ast;
  } catch (error) {
    if (!(error instanceof ParseError)) {
      // A stack that overflows on nesting is no fault of this process.
      throw new FilterError("is nested too deep, or cannot be read.", { start: 0 });
    }
    throw new FilterError(parseMessage(error), { start: error.range?.start ?? 0, fix: fixOf(error.code) });
  }
}

function parseMessage({ code, summary }: ParseError): string {
  if (code.startsWith("limit_") || /max/i.test(summary)) {
    return `is too large: ${MOST_NODES} operations and values are allowed, nested at most ${MOST_DEPTH} deep.`;
  }
  return `is not valid CEL: ${summary.charAt(0).toLowerCase()}${summary.slice(1)}.`;
}

function fixOf(code: string): string | undefined {
  return code === "unterminated_string" ? "Close the text with the quote that opens it." : undefined;
}
