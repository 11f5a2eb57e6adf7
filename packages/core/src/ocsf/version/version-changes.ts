/** Version in which a destination gets its events. They are kept as 1.1. */
export type OcsfVersion = "1.1" | "1.5" | "1.8";

/** What differs between OCSF 1.1.0 and a later version, as the generator finds it in both schemas. */
export interface VersionChanges {
  /** As in `metadata.version`. */
  readonly version: string;
  readonly hasAiOperation: boolean;
  /** Classes whose activities mean something else by then. */
  readonly keptClasses: readonly number[];
  /** By the name of the class or object. */
  readonly items: Readonly<Record<string, ItemChanges>>;
}

export interface ItemChanges {
  /** Attributes of the arbitex extension that the version has itself. */
  readonly adopted?: readonly string[];
  /** Attribute, its sibling, and the captions that are others by then, by value. */
  readonly captions?: readonly (readonly [string, string, Readonly<Record<string, string>>])[];
  /** Deprecated attribute, the one that takes its value, and whether as an element of a list. */
  readonly replaced?: readonly (readonly [string, string, string])[];
  /** Integers that are texts by then. */
  readonly texts?: readonly string[];
  /** Constraints that a valid event may not fulfil. */
  readonly constraints?: readonly (readonly [string, readonly string[]])[];
}
