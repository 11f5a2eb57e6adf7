import type { Term } from "./term.ts";
import { eventKind } from "./attribute-kinds.ts";
import type { FilterUse, Test } from "./compile-filter.ts";
import { compileFilter } from "./compile-filter.ts";
import { FilterError } from "./filter-error.ts";
import { parseCel } from "./parse-cel.ts";
import { readFilter } from "./read-filter.ts";

/** A filter, ready to be asked. */
export interface CelFilter {
  readonly test: Test;
  /** The parts that && joins, so that the one which is false can be named. */
  readonly terms: readonly { readonly source: string; readonly test: Test }[];
  /** Paths of the attributes that it reads, such as `actor.user.name`. */
  readonly paths: readonly string[];
}

/** What is wrong with a filter's source. */
export interface FilterProblem {
  readonly message: string;
  readonly fix: string | undefined;
  /** The source, with a mark under the part at fault. */
  readonly shown: string;
}

/**
 * Compiles a filter in CEL. `classUids` are the classes that it is asked about: its attributes must be known to one of
 * them. Default: all classes.
 */
export function celFilter(
  source: string,
  classUids?: readonly number[],
  use: FilterUse = { isStanding: false },
): { readonly filter: CelFilter } | { readonly problem: FilterProblem } {
  try {
    const tree = parseCel(source);
    const event = eventKind(classUids);
    const term = readFilter(tree, event);
    const parts = partsOf(tree).map((part) => ({
      source: source.slice(part.start, part.end),
      test: compileFilter(readFilter(part, event), { isStanding: false }),
    }));
    return { filter: { test: compileFilter(term, use), terms: parts, paths: [...new Set(pathsIn(term))] } };
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    return { problem: { message: error.message, fix: error.fix, shown: shownAt(source, error.start) } };
  }
}

/** Returns the parts that the outermost && joins. */
function partsOf(tree: ReturnType<typeof parseCel>): readonly ReturnType<typeof parseCel>[] {
  return tree.op === "&&" ? tree.args.flatMap(partsOf) : [tree];
}

function pathsIn(term: Term): readonly string[] {
  switch (term.kind) {
    case "and":
    case "or":
      return term.terms.flatMap(pathsIn);
    case "not":
      return pathsIn(term.term);
    case "constant":
      return [];
    case "is":
    case "has":
      return pathOf(term.of);
    case "compare":
      return [...operandPath(term.left), ...operandPath(term.right)];
    case "one of":
    case "matches":
      return operandPath(term.of);
    case "holds":
      return [...pathOf(term.list), ...operandPath(term.value)];
    case "text":
      return [...operandPath(term.of), ...operandPath(term.argument)];
    case "exists":
      // Whatever it asks of the elements lies below the list.
      return [...pathOf(term.list), ...pathsIn(term.term)];
    default:
      return term satisfies never;
  }
}

function pathOf({ from, path }: { readonly from: string; readonly path: readonly string[] }): readonly string[] {
  return from === "event" ? [path.join(".")] : [];
}

function operandPath(operand: Extract<Term, { readonly kind: "compare" }>["left"]): readonly string[] {
  switch (operand.kind) {
    case "constant":
      return [];
    case "attribute":
      return pathOf(operand.attribute);
    case "size":
      return pathOf(operand.of);
    default:
      return operand satisfies never;
  }
}

const SHOWN = 30;

/** Shows where in the source something is. A long source is cut around it. */
function shownAt(source: string, start: number): string {
  const from = Math.max(0, Math.min(start, source.length) - SHOWN);
  const before = source.slice(from, start);
  const line = `${from > 0 ? "…" : ""}${before}⟨here⟩${source.slice(start, start + SHOWN)}${start + SHOWN < source.length ? "…" : ""}`;
  return line.replaceAll(/[\p{Cc}\p{Cs}]/gu, " ");
}
