import type { Kind } from "./attribute-kinds.ts";
import { kindText } from "./attribute-kinds.ts";
import { FilterError } from "./filter-error.ts";
import { MOST_CONTAINS, MOST_EXISTS, MOST_PATTERNS } from "./filter-limits.ts";
import { compilePattern } from "./linear-pattern.ts";
import type { ASTNode } from "./parse-cel.ts";
import type { Scope } from "./read-operand.ts";
import { attributeAt, constantAt, isPath, operandAt, unknownCall } from "./read-operand.ts";
import type { Comparison, Constant, Operand, Term, TextTest } from "./term.ts";

type Call = Extract<ASTNode, { readonly op: "rcall" }>;

/** Counts what may be slow. */
interface Uses {
  patterns: number;
  contains: number;
  exists: number;
}

/** Reads a syntax tree as a filter, with the types of the events' attributes. Throws `FilterError`. */
export function readFilter(tree: ASTNode, event: Kind): Term {
  return readTerm(tree, { event, element: undefined }, { patterns: 0, contains: 0, exists: 0 });
}

function readTerm(node: ASTNode, scope: Scope, uses: Uses): Term {
  switch (node.op) {
    case "&&":
    case "||": {
      const kind = node.op === "&&" ? "and" : "or";
      const terms = node.args.map((arg) => readTerm(arg, scope, uses));
      // A chain of one operator becomes one list.
      return { kind, terms: terms.flatMap((term) => (term.kind === kind ? term.terms : [term])) };
    }
    case "!_":
      return { kind: "not", term: readTerm(node.args, scope, uses) };
    case "==":
    case "!=":
    case "<":
    case "<=":
    case ">":
    case ">=":
      return comparison(node.op, node.args, scope);
    case "in":
      return membership(node.args, scope);
    case "call":
      return readCall(node, scope);
    case "rcall":
      return readMethod(node, scope, uses);
    case "value":
      if (typeof node.args === "boolean") return { kind: "constant", value: node.args };
      throw new FilterError("has a value where true or false is wanted.", { start: node.start });
    case "id":
    case ".": {
      const { attribute, kind } = attributeAt(node, scope);
      if (kind.kind === "boolean" || kind.kind === "any") return { kind: "is", of: attribute };
      const name = attribute.path.join(".");
      throw new FilterError(`has ${name}, ${kindText(kind)}, where true or false is wanted.`, {
        start: node.start,
        fix: `Compare it, or ask whether it is there: has(${name}).`,
      });
    }
    default:
      throw unknownOperator(node);
  }
}

function unknownOperator(node: ASTNode): FilterError {
  return new FilterError(`uses ${node.op}, which filters do not have.`, {
    start: node.start,
    fix: "Filters have comparisons, in, &&, ||, ! and the calls has, startsWith, endsWith, contains, matches, size, exists.",
  });
}

function comparison(operator: Comparison, [left, right]: readonly [ASTNode, ASTNode], scope: Scope): Term {
  const one = operandAt(left, scope);
  const other = operandAt(right, scope);
  assertAlike(one.kind, other.kind, left.start);
  const isOrdered = operator !== "==" && operator !== "!=";
  if (isOrdered && (one.kind.kind === "boolean" || other.kind.kind === "boolean")) {
    throw new FilterError(`orders true and false by ${operator}.`, { start: left.start, fix: "Use == or !=." });
  }
  return { kind: "compare", operator, left: one.operand, right: other.operand };
}

function assertAlike(one: Kind, other: Kind, start: number): void {
  for (const { kind } of [one, other]) {
    if (kind !== "object" && kind !== "list") continue;
    const fix = "Compare one of its members, or use has(…), size(…) or exists(…).";
    throw new FilterError(`compares ${kind === "list" ? "a list" : "an object"} as a whole.`, { start, fix });
  }
  if (one.kind === "any" || other.kind === "any" || one.kind === other.kind) return;
  throw new FilterError(`compares ${kindText(one)} with ${kindText(other)}.`, { start });
}

function membership([left, right]: readonly [ASTNode, ASTNode], scope: Scope): Term {
  const of = operandAt(left, scope);
  if (right.op === "list") {
    const among = right.args.map((arg): Constant => {
      const value = constantAt(arg);
      if (value === undefined) throw new FilterError("has a list with more than constants.", { start: arg.start });
      assertAlike(of.kind, { kind: kindOfConstant(value) }, arg.start);
      return value;
    });
    return { kind: "one of", of: of.operand, among };
  }
  const { attribute, kind } = attributeAt(right, scope);
  if (kind.kind !== "list" && kind.kind !== "any") {
    throw new FilterError(`looks for a value in ${attribute.path.join(".")}, which is ${kindText(kind)}.`, {
      start: right.start,
      fix: "Give a list: in [1, 2].",
    });
  }
  if (kind.kind === "list") assertAlike(of.kind, kind.of, left.start);
  return { kind: "holds", list: attribute, value: of.operand };
}

function kindOfConstant(value: Constant): "text" | "number" | "boolean" {
  if (typeof value === "string") return "text";
  return typeof value === "number" ? "number" : "boolean";
}

function readCall(node: Extract<ASTNode, { readonly op: "call" }>, scope: Scope): Term {
  const [name, args] = node.args;
  const [first] = args;
  if (name === "has" && first !== undefined && args.length === 1 && isPath(first)) {
    return { kind: "has", of: attributeAt(first, scope).attribute };
  }
  if (name === "size") throw new FilterError("has a size where true or false is wanted.", { start: node.start });
  throw unknownCall(name, node.start);
}

function readMethod(node: Call, scope: Scope, uses: Uses): Term {
  const [name, receiver, args] = node.args;
  const [first, second] = args;
  switch (name) {
    case "startsWith":
    case "endsWith":
    case "contains":
      if (first === undefined || args.length !== 1) throw unknownCall(name, node.start);
      if (name === "contains" && ++uses.contains > MOST_CONTAINS) {
        throw new FilterError(`has more than ${MOST_CONTAINS} contains.`, { start: node.start });
      }
      return textTest(name, receiver, first, scope);
    case "matches":
      if (first === undefined || args.length !== 1) throw unknownCall(name, node.start);
      return match(receiver, first, scope, uses);
    case "exists":
      if (first?.op !== "id" || second === undefined) throw unknownCall(name, node.start);
      return exists(node, first.args, second, scope, uses);
    default:
      throw unknownCall(name, node.start);
  }
}

function textTest(test: TextTest, receiver: ASTNode, argument: ASTNode, scope: Scope): Term {
  const of = textAt(receiver, scope).operand;
  const part = textAt(argument, scope).operand;
  if (test === "contains" && isOf(part, "element") && !isOf(of, "element")) {
    throw new FilterError("searches the same text for a part from each element.", {
      start: receiver.start,
      fix: "Search the element's text, or compare it: ==.",
    });
  }
  return { kind: "text", test, of, argument: part };
}

function isOf(operand: Operand, from: "event" | "element"): boolean {
  return operand.kind === "attribute" && operand.attribute.from === from;
}

function textAt(node: ASTNode, scope: Scope) {
  const found = operandAt(node, scope);
  if (found.kind.kind === "text" || found.kind.kind === "any") return found;
  throw new FilterError(`wants a text and has ${kindText(found.kind)}.`, { start: node.start });
}

function match(receiver: ASTNode, pattern: ASTNode, scope: Scope, uses: Uses): Term {
  const text = constantAt(pattern);
  if (typeof text !== "string") {
    throw new FilterError("matches a pattern that is no constant.", { start: pattern.start, fix: 'Write it: "^a+$".' });
  }
  if (++uses.patterns > MOST_PATTERNS) {
    throw new FilterError(`has more than ${MOST_PATTERNS} patterns.`, { start: pattern.start });
  }
  return { kind: "matches", of: textAt(receiver, scope).operand, pattern: compilePattern(text, pattern.start) };
}

function exists(node: Call, name: string, term: ASTNode, scope: Scope, uses: Uses): Term {
  if (scope.element !== undefined) {
    throw new FilterError("has exists inside of exists; one level is allowed.", { start: node.start });
  }
  if (++uses.exists > MOST_EXISTS) throw new FilterError(`has more than ${MOST_EXISTS} exists.`, { start: node.start });
  const [, receiver] = node.args;
  const { attribute, kind } = attributeAt(receiver, scope);
  if (kind.kind !== "list" && kind.kind !== "any") {
    throw new FilterError(`has exists on ${attribute.path.join(".")}, which is ${kindText(kind)}.`, {
      start: receiver.start,
    });
  }
  const element = { name, kind: kind.kind === "list" ? kind.of : kind };
  return { kind: "exists", list: attribute, term: readTerm(term, { ...scope, element }, uses) };
}
