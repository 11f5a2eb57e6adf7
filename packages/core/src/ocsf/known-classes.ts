import { classes } from "./generated/schema-tables.ts";

let uids: readonly number[] | undefined;

/** Returns the uids of every class of OCSF 1.1.0. */
export function classUids(): readonly number[] {
  uids ??= Object.keys(classes).map(Number);
  return uids;
}
