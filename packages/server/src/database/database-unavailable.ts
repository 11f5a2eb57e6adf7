/** The database did not do what it was asked and may do it later: it is away, it is slow, or somebody holds a lock. */
export const DATABASE_UNAVAILABLE = "SIEM_DATABASE_UNAVAILABLE";

export function isUnavailable(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === DATABASE_UNAVAILABLE;
}

/** What the database or the connection to it said, where it stands behind an error of ours. */
export function databaseError(error: unknown): unknown {
  return error instanceof Error && isUnavailable(error) ? (error.cause ?? error) : error;
}

/** PostgreSQL's code of an error; empty where it has none. */
export function sqlStateOf(error: unknown): string {
  const found = databaseError(error);
  return found instanceof Error && "code" in found ? String(found.code) : "";
}

/** Somebody else has had what was wanted for longer than anybody should wait. */
export const LOCKED = "55P03";
