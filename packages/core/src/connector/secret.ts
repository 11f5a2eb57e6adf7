import { inspect } from "node:util";
import { z } from "zod";
import type { OperatorOnly } from "./operator-only.ts";

const MARK = "[secret]";

/** A value that logs, JSON and string conversions show as `[secret]`. `reveal()` returns the value. */
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
 * Schema of a secret setting: parses a non-empty string to a `Secret`. The JSON Schema marks it `writeOnly`, so that
 * forms and documents hide it.
 *
 * @example
 * ```ts
 * import { secret } from "@arbitex/core";
 * import { z } from "zod";
 *
 * const configSchema = z.strictObject({ token: secret({ description: "Token with the right to send events." }) });
 * const { token } = configSchema.parse({ token: "5c1e7d20" });
 * console.log(`${token}`); // [secret]
 * const headers = { authorization: `Bearer ${token.reveal()}` };
 * ```
 */
export function secret(meta: { readonly description: string; readonly operatorOnly?: OperatorOnly }) {
  return z
    .string()
    .min(1)
    .transform((value) => new Secret(value))
    .meta({ ...meta, secret: true, writeOnly: true });
}
