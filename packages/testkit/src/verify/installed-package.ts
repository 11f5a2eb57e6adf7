import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { isObject } from "@arbitex/simulators";
import { UsageError } from "./usage-error.ts";

/** A package in a local folder. */
export interface InstalledPackage {
  readonly folder: string;
  readonly manifest: Readonly<Record<string, unknown>>;
}

/** Finds a package by its name among those installed for `from`, or by its folder, which begins with `.` or `/`. */
export async function findPackage(name: string, from: string): Promise<InstalledPackage> {
  const isFolder = name.startsWith(".") || name.startsWith("/");
  const folder = isFolder ? resolve(from, name) : installedFolder(name, from);
  if (folder === undefined) {
    throw new UsageError(
      `${name} is not installed for ${from}. Run: npm install ${name}; or give its folder, as in ./.`,
    );
  }
  const path = join(folder, "package.json");
  if (!existsSync(path)) throw new UsageError(`${folder} is no package: it has no package.json.`);
  let manifest: unknown;
  try {
    manifest = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new UsageError(`${path} cannot be read as JSON.`, { cause });
  }
  if (!isObject(manifest)) throw new UsageError(`${path} is no JSON object.`);
  return { folder, manifest };
}

function installedFolder(name: string, from: string): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return candidate;
    if (folder === dirname(folder)) return undefined;
  }
}
