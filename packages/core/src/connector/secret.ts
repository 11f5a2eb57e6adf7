import { inspect } from "node:util";
import { z } from "zod";
import type { OperatorOnly } from "./operator-only.ts";

const MARK = "[secret]";

/** A value that prints as a mark wherever it is printed by accident; only `reveal()` gives it. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return MARK;
  }

  toJSON(): string {
    return MARK;
  }

  [inspect.custom](): string {
    return MARK;
  }
}

/**
 * A configuration value that must never be shown: a non-empty string in, a `Secret` out. Described as `writeOnly` in
 * the JSON Schema, so that forms and documents treat it so.
 */
export function secret(meta: { readonly description: string; readonly operatorOnly?: OperatorOnly }) {
  return z
    .string()
    .min(1)
    .transform((value) => new Secret(value))
    .meta({ ...meta, secret: true, writeOnly: true });
}
