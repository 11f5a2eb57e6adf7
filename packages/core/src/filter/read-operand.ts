import { nearest } from "../nearest.ts";
import type { Kind } from "./attribute-kinds.ts";
import { kindText, memberKind, memberNames } from "./attribute-kinds.ts";
import { FilterError } from "./filter-error.ts";
import type { ASTNode } from "./parse-cel.ts";
import type { Attribute, Constant, Operand } from "./term.ts";

/** What names mean at a place of a filter. */
export interface Scope {
  readonly event: Kind;
  /** The name of the element inside of `exists`, and what it is. */
  readonly element: { readonly name: string; readonly kind: Kind } | undefined;
}

interface Found<Part> {
  readonly kind: Kind;
  readonly operand: Part;
}

/** Reads a side of a comparison: a constant, an attribute, or a size. Throws `FilterError`. */
export function operandAt(node: ASTNode, scope: Scope): Found<Operand> {
  const value = constantAt(node);
  if (value !== undefined) {
    const kind = typeof value === "string" ? "text" : typeof value === "number" ? "number" : "boolean";
    return { kind: { kind }, operand: { kind: "constant", value } };
  }
  const measured = measuredBy(node);
  if (measured !== undefined) {
    const { attribute, kind } = attributeAt(measured, scope);
    if (kind.kind !== "text" && kind.kind !== "list" && kind.kind !== "any") {
      throw new FilterError(`takes the size of ${attribute.path.join(".")}, which is ${kindText(kind)}.`, {
        start: measured.start,
      });
    }
    return { kind: { kind: "number" }, operand: { kind: "size", of: attribute } };
  }
  if (node.op === "call" || node.op === "rcall") throw unknownCall(node.args[0], node.start);
  if (!isPath(node)) {
    throw new FilterError(`compares what is neither an attribute, a constant nor a size (${node.op}).`, {
      start: node.start,
      fix: "Filters calculate nothing: no +, -, *, / or ?:.",
    });
  }
  const { attribute, kind } = attributeAt(node, scope);
  return { kind, operand: { kind: "attribute", attribute } };
}

export function unknownCall(name: string, start: number): FilterError {
  return new FilterError(`calls ${name}, which filters do not have, or not in this form.`, { start, fix: KNOWN });
}

const KNOWN = "has, startsWith, endsWith, contains, matches, size and exists are known.";

/** Returns what `size(…)` or `….size()` measures; undefined for anything else. */
function measuredBy(node: ASTNode): ASTNode | undefined {
  if (node.op === "call" && node.args[0] === "size" && node.args[1].length === 1) return node.args[1][0];
  if (node.op === "rcall" && node.args[0] === "size" && node.args[2].length === 0) return node.args[1];
  return undefined;
}

/** Returns the constant that a node is; undefined if it is none that filters have. */
export function constantAt(node: ASTNode): Constant | undefined {
  if (node.op === "-_") {
    const value = constantAt(node.args);
    return typeof value === "number" ? -value : undefined;
  }
  if (node.op !== "value") return undefined;
  const value = node.args;
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (value === null || value instanceof Uint8Array) {
    const fix = value === null ? "Ask whether an attribute is there: has(…)." : undefined;
    throw new FilterError(`has ${value === null ? "null" : "bytes"}, which filters do not know.`, {
      start: node.start,
      fix,
    });
  }
  // An unsigned integer such as 3u.
  return Number(value.valueOf());
}

export function isPath(node: ASTNode): boolean {
  return node.op === "id" || (node.op === "." && isPath(node.args[0]));
}

/** Reads a path and the kind of what it names. Throws `FilterError` for an attribute that no class has. */
export function attributeAt(node: ASTNode, scope: Scope): { readonly attribute: Attribute; readonly kind: Kind } {
  if (node.op === "id") {
    if (node.args === scope.element?.name) {
      return { attribute: { from: "element", path: [] }, kind: scope.element.kind };
    }
    return { attribute: { from: "event", path: [node.args] }, kind: knownMember(scope.event, node.args, [], node) };
  }
  if (node.op !== ".") {
    throw new FilterError("wants the path of an attribute, such as actor.user.name.", { start: node.start });
  }
  const [of, name] = node.args;
  const { attribute, kind } = attributeAt(of, scope);
  return {
    attribute: { ...attribute, path: [...attribute.path, name] },
    kind: knownMember(kind, name, attribute.path, node),
  };
}

function knownMember(of: Kind, name: string, path: readonly string[], node: ASTNode): Kind {
  const kind = memberKind(of, name);
  if (kind !== undefined) return kind;
  const whole = [...path, name].join(".");
  // The name is at the end of the node.
  const start = Math.max(node.start, node.end - name.length);
  if (of.kind === "list") {
    const example = `${path.join(".")}.exists(x, x.${name} == "…")`;
    throw new FilterError(`has ${whole}, but ${path.join(".")} is a list.`, { start, fix: `Write ${example}.` });
  }
  if (of.kind !== "object") {
    throw new FilterError(`has ${whole}, but ${path.join(".")} is ${kindText(of)}.`, { start });
  }
  const names = memberNames(of);
  const near = nearest(name, names);
  const fix = near === undefined ? undefined : `Did you mean ${[...path, near].join(".")}?`;
  throw new FilterError(`has ${whole}, which no event meant here has.`, { start, fix });
}
