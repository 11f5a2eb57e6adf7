import { SiemError } from "@arbitex/core";
import { databaseError } from "./database-unavailable.ts";

/** Explains why a database cannot be used, with the fix. Other errors are returned unchanged. */
export function connectionFailure(failure: unknown, name: string): Error {
  const error = databaseError(failure);
  if (!(error instanceof Error)) return new Error(String(error));
  const code = "code" in error ? String(error.code) : "";
  const advice = ADVICE[code] ?? "Correct DATABASE_URL, or start the database.";
  return new SiemError(
    "SIEM_DATABASE_CONNECT",
    `The database ${name} cannot be used: ${reasonOf(error, code)}. ${advice}`,
    {
      cause: error,
    },
  );
}

/** An error for a name with several addresses has no message of its own. */
function reasonOf(error: Error, code: string): string {
  return error.message.trim().replace(/\.$/, "") || code || "it does not answer";
}

const ADVICE: Readonly<Record<string, string>> = {
  ENOTFOUND: "There is no such host name; correct DATABASE_URL.",
  "28P01": "Correct the user or the password in DATABASE_URL.",
  "28000": "Let this user in (pg_hba.conf), or correct DATABASE_URL.",
  "3D000": "Create the database, or correct its name in DATABASE_URL.",
  "53300": "It has no connection left; raise max_connections, or stop others.",
};
