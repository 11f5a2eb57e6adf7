import { SiemError } from "@arbitex/core";
import pg from "pg";
import { messageOf } from "../message-of.ts";
import { DATABASE_UNAVAILABLE, isUnavailable, LOCKED } from "./database-unavailable.ts";

/**
 * Wraps a fault that passes, by itself or by the operator, as `SIEM_DATABASE_UNAVAILABLE`. Returns others unchanged.
 */
export function asUnavailable(error: unknown, name: string): unknown {
  if (isUnavailable(error) || !isPassing(error)) return error;
  const message = `The database ${name} cannot be used at the moment: ${reasonOf(error)}.`;
  return new SiemError(DATABASE_UNAVAILABLE, message, { cause: error });
}

/** SQLSTATE classes of connections, transaction conflicts, resources, operator intervention, and files. */
const PASSING_CLASSES = new Set(["08", "40", "53", "57", "58"]);
const READ_ONLY = "25006";
const IDLE_TOO_LONG = "25P03";
const PASSING = new Set([LOCKED, READ_ONLY, IDLE_TOO_LONG]);

function isPassing(error: unknown): boolean {
  // A programming error is no fault of the database.
  if (!(error instanceof Error) || error instanceof TypeError) return false;
  // An error that the database did not send concerns the connection.
  if (!(error instanceof pg.DatabaseError)) return true;
  const state = error.code ?? "";
  return PASSING.has(state) || PASSING_CLASSES.has(state.slice(0, 2));
}

/** An error for a name with several addresses has no message of its own. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return messageOf(error).trim().replace(/\.$/, "") || code || "it does not answer";
}
