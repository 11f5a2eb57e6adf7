/** A JSON object with unchecked members. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * A number written as a float without a fraction (`39.0`, `39e0`), which a JavaScript number cannot distinguish from
 * `39`.
 */
export class WrittenFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof WrittenFloat);
}

/** Returns whether JSON writes a number without point and exponent. */
export function isWrittenAsInteger(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) < 1e21;
}
