import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Secret } from "@arbitex/core";
import type { DatabaseSettings } from "../config/deployment.ts";

/** The database to open. */
export type DatabaseChoice =
  | { readonly kind: "postgres"; readonly url: Secret }
  | {
      readonly kind: "embedded";
      readonly path: string;
      /** Whether to open it: its folder is configured or exists. Opening takes 300 MB of memory. */
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

/** The database that a server opens; undefined when the settings ask for none. */
export function wantedDatabase(settings: DatabaseSettings, workingFolder: string): DatabaseChoice | undefined {
  const choice = databaseChoiceOf(settings, workingFolder);
  return choice.kind === "postgres" || choice.isRequested ? choice : undefined;
}
