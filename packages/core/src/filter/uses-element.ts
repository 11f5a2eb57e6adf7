import type { Operand, Term } from "./term.ts";

/** Returns whether a term inside of `exists` reads anything of the element. */
export function usesElement(term: Term): boolean {
  switch (term.kind) {
    case "and":
    case "or":
      return term.terms.some(usesElement);
    case "not":
      return usesElement(term.term);
    case "constant":
      return false;
    case "is":
    case "has":
      return term.of.from === "element";
    case "compare":
      return readsElement(term.left) || readsElement(term.right);
    case "one of":
    case "matches":
      return readsElement(term.of);
    case "holds":
      return term.list.from === "element" || readsElement(term.value);
    case "text":
      return readsElement(term.of) || readsElement(term.argument);
    case "exists":
      return term.list.from === "element" || usesElement(term.term);
    default:
      return term satisfies never;
  }
}

function readsElement(operand: Operand): boolean {
  switch (operand.kind) {
    case "constant":
      return false;
    case "attribute":
      return operand.attribute.from === "element";
    case "size":
      return operand.of.from === "element";
    default:
      return operand satisfies never;
  }
}
