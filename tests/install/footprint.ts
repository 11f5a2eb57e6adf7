import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Unit of a file's blocks. */
const BLOCK_BYTES = 512;

export interface Footprint {
  readonly packages: number;
  readonly megabytes: number;
}

/** How many packages a deployment has, and what they take on disk: in `node_modules`, or in the archives of Plug'n'Play. */
export function footprintOf(folder: string): Footprint {
  const modules = join(folder, "node_modules");
  const archives = join(folder, ".yarn", "cache");
  if (!existsSync(archives)) return { packages: packagesIn(modules), megabytes: bytesIn(modules) / 1e6 };
  const locked = readFileSync(join(folder, "yarn.lock"), "utf8").match(/^ {2}resolution: .*@npm:/gm) ?? [];
  return { packages: locked.length, megabytes: bytesIn(archives) / 1e6 };
}

/** Folders with a `package.json` directly in a `node_modules` or a scope there; links lead to one that is counted. */
function packagesIn(modules: string): number {
  let count = 0;
  for (const entry of foldersIn(modules)) {
    const folder = join(modules, entry);
    if (entry.startsWith("@")) count += packagesIn(folder);
    else if (entry === ".pnpm")
      count += sum(foldersIn(folder).map((name) => packagesIn(join(folder, name, "node_modules"))));
    else if (existsSync(join(folder, "package.json"))) count += 1 + packagesIn(join(folder, "node_modules"));
  }
  return count;
}

function bytesIn(folder: string): number {
  return sum(
    readdirSync(folder).map((name) => {
      const path = join(folder, name);
      const status = lstatSync(path);
      return status.isDirectory() ? bytesIn(path) : status.blocks * BLOCK_BYTES;
    }),
  );
}

function foldersIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => lstatSync(join(folder, name)).isDirectory());
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
