import type { RE2JS } from "re2js";

/** A filter that was checked: what is to be read, and what is asked of it. */
export type Term =
  | { readonly kind: "and" | "or"; readonly terms: readonly Term[] }
  | { readonly kind: "not"; readonly term: Term }
  | { readonly kind: "constant"; readonly value: boolean }
  /** A boolean attribute by itself. */
  | { readonly kind: "is"; readonly of: Attribute }
  | { readonly kind: "has"; readonly of: Attribute }
  | { readonly kind: "compare"; readonly operator: Comparison; readonly left: Operand; readonly right: Operand }
  /** An attribute is one of some constants. */
  | { readonly kind: "one of"; readonly of: Operand; readonly among: readonly Constant[] }
  /** A list holds a value. */
  | { readonly kind: "holds"; readonly list: Attribute; readonly value: Operand }
  | { readonly kind: "text"; readonly test: TextTest; readonly of: Operand; readonly argument: Operand }
  | { readonly kind: "matches"; readonly of: Operand; readonly pattern: RE2JS }
  /** An element of a list fulfils a term, in which attributes may be the element's. */
  | { readonly kind: "exists"; readonly list: Attribute; readonly term: Term };

export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=";
export type TextTest = "startsWith" | "endsWith" | "contains";
export type Constant = string | number | boolean;

export type Operand =
  | { readonly kind: "constant"; readonly value: Constant }
  | { readonly kind: "attribute"; readonly attribute: Attribute }
  | { readonly kind: "size"; readonly of: Attribute };

/** A path from the event, or from the element that `exists` looks at. */
export interface Attribute {
  readonly from: "event" | "element";
  readonly path: readonly string[];
}
