/** Code of a failure that may pass: the database is unreachable, slow, or another session holds a lock. */
export const DATABASE_UNAVAILABLE = "SIEM_DATABASE_UNAVAILABLE";

export function isUnavailable(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === DATABASE_UNAVAILABLE;
}

/** The error of the database or its connection, when it is the cause of one of our errors. */
export function databaseError(error: unknown): unknown {
  return error instanceof Error && isUnavailable(error) ? (error.cause ?? error) : error;
}

/** The SQLSTATE of an error; empty when it has none. */
export function sqlStateOf(error: unknown): string {
  const found = databaseError(error);
  return found instanceof Error && "code" in found ? String(found.code) : "";
}

/** SQLSTATE of a lock that another session held for too long. */
export const LOCKED = "55P03";
