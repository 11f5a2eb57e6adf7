import { realpathSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { ConnectorPackage } from "./connector-package.ts";
import { readJson } from "./connector-package.ts";
import { nearestPackage, packageFolder } from "./package-folder.ts";

export interface CoreCopy {
  readonly version: string;
  readonly folder: string;
}

const versionSchema = z.looseObject({ version: z.string() });

/**
 * Returns the copy of this package that a connector imports, if its version differs from the host's. The contract lets
 * both work together, but each keeps its own bugs.
 */
export async function otherCore({ folder }: ConnectorPackage): Promise<CoreCopy | undefined> {
  const own = nearestPackage(import.meta.dirname);
  const theirs = packageFolder("@arbitex/core", realpathSync(folder));
  if (own === undefined || theirs === undefined || realpathSync(own) === realpathSync(theirs)) return undefined;
  const [ownVersion, version] = await Promise.all([versionOf(own), versionOf(theirs)]);
  return version === ownVersion ? undefined : { version, folder: theirs };
}

async function versionOf(folder: string): Promise<string> {
  return versionSchema.parse(await readJson(join(folder, "package.json"))).version;
}
