import { existsSync } from "node:fs";
import module from "node:module";
import { dirname, join, resolve, sep } from "node:path";
import { z } from "zod";

/** The used part of Yarn's Plug'n'Play API: there, packages lie in archives, not in `node_modules`. */
interface PnpApi {
  readonly topLevel: unknown;
  getPackageInformation(locator: unknown): { readonly packageLocation: string };
  resolveToUnqualified(request: string, issuer: string): string | null;
}

const findPnpApi = z.custom<(path: string) => PnpApi | null>((value) => typeof value === "function").optional();

/** Returns the Plug'n'Play API of a path's project; undefined without it. Its loader adds this function. */
function pnpApiOf(path: string): PnpApi | undefined {
  return findPnpApi.parse(Reflect.get(module, "findPnpApi"))?.(path) ?? undefined;
}

/** Returns the folder of a package as a module in `from` would resolve it. */
export function packageFolder(name: string, from: string): string | undefined {
  const pnp = pnpApiOf(join(from, sep));
  if (pnp === undefined) return walkUp(from, (folder) => withManifest(join(folder, "node_modules", name)));
  try {
    const found = pnp.resolveToUnqualified(name, join(from, sep));
    return found === null ? undefined : withManifest(found);
  } catch {
    // It throws for a package that is not a dependency of the project.
    return undefined;
  }
}

/** Returns the nearest folder upward with a `package.json`. */
export function nearestPackage(folder: string): string | undefined {
  return walkUp(folder, withManifest);
}

/** Returns the folder of the project a package is installed in, with or without a `package.json`. */
export function projectOf(folder: string): string {
  const pnp = pnpApiOf(folder);
  if (pnp !== undefined) return resolve(pnp.getPackageInformation(pnp.topLevel).packageLocation);
  const parts = folder.split(sep);
  const store = parts.findIndex((part) => part === "node_modules" || part === ".pnpm");
  return store === -1 ? dirname(folder) : parts.slice(0, store).join(sep) || sep;
}

export function withManifest(folder: string): string | undefined {
  return existsSync(join(folder, "package.json")) ? folder : undefined;
}

function walkUp(from: string, look: (folder: string) => string | undefined): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const found = look(folder);
    if (found !== undefined) return found;
    if (folder === dirname(folder)) return undefined;
  }
}
