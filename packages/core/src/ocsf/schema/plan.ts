import type { DataType } from "./data-types.ts";
import type { Constraint, Deprecation, ItemSource } from "./schema-source.ts";

/** A class or object prepared for one set of profiles, with only the attributes present under them. */
export interface ItemPlan {
  readonly source: ItemSource;
  readonly attributes: readonly AttributePlan[];
  readonly byName: ReadonlyMap<string, AttributePlan>;
  readonly enums: readonly EnumPlan[];
  readonly constraints: readonly Constraint[];
}

export interface AttributePlan {
  readonly name: string;
  /** Name of the data type or object, for messages. */
  readonly typeName: string;
  readonly requirement: "req" | "rec" | "opt";
  readonly isArray: boolean;
  readonly deprecated: Deprecation | undefined;
  readonly value: DataType | ObjectReference;
}

export interface ObjectReference {
  readonly kind: "object";
  /** Prepares the plan at the first call, since objects may contain themselves. */
  plan(): ItemPlan;
}

export interface EnumPlan {
  readonly name: string;
  readonly isArray: boolean;
  readonly captions: ReadonlyMap<string, string>;
  readonly sibling: string | undefined;
}
