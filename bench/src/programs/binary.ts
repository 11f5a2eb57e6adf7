import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The file that an environment variable names, or the first of this name in the usual folders. */
export function binary(variable: string, name?: string): string | undefined {
  const named = process.env[variable];
  if (named !== undefined && named !== "") return named;
  if (name === undefined) return undefined;
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
