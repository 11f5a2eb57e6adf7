/** The message of a thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A thrown value as an `Error`. */
export function errorOf(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
