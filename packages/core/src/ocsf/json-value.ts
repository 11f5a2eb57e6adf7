/** A JSON object whose members have not been looked at yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A number without a fraction that the text writes as a float (`39.0`, `39e0`): JavaScript's number cannot tell it from `39`. */
export class WrittenFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof WrittenFloat);
}

/** True for numbers that JSON writes without a point and without an exponent. */
export function isWrittenAsInteger(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) < 1e21;
}
