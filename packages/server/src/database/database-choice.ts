import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Secret } from "@arbitex/core";
import type { DatabaseSettings } from "../config/deployment.ts";

/** Which database is meant. */
export type DatabaseChoice =
  | { readonly kind: "postgres"; readonly url: Secret }
  | {
      readonly kind: "embedded";
      readonly path: string;
      /** Whether there is a reason to open it: somebody named its folder, or it is there. It takes 300 MB of memory. */
      readonly isRequested: boolean;
    };

export function databaseChoiceOf(
  { url, path: given, isPathNamed }: DatabaseSettings,
  workingFolder: string,
): DatabaseChoice {
  if (url !== undefined) return { kind: "postgres", url };
  const path = resolve(workingFolder, given);
  return { kind: "embedded", path, isRequested: isPathNamed || existsSync(path) };
}

/** The database that a server opens; undefined where nothing asks for one. */
export function wantedDatabase(settings: DatabaseSettings, workingFolder: string): DatabaseChoice | undefined {
  const choice = databaseChoiceOf(settings, workingFolder);
  return choice.kind === "postgres" || choice.isRequested ? choice : undefined;
}
