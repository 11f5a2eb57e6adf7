import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { SiemError } from "../../errors.ts";
import { readJson } from "./connector-package.ts";
import { nearestPackage, packageFolder, projectOf, withManifest } from "./package-folder.ts";

/** Where a deployment is looked for. */
export interface DiscoveryPlace {
  /** As an operator knows it: "working folder". */
  readonly name: string;
  readonly folder: string;
  /** `nearest`: the nearest `package.json` from there upward. `exact`: in that folder. `project`: of what is installed there. */
  readonly search: "nearest" | "exact" | "project";
}

/** A project whose `package.json` names its dependencies, or a folder of packages that were installed globally. */
export interface Deployment {
  readonly folder: string;
  /** What was looked at: a `package.json`, or a folder. */
  readonly path: string;
  /** Its direct dependencies, and where each lies; undefined where it is not installed. */
  readonly dependencies: readonly { readonly name: string; readonly folder: string | undefined }[];
  readonly isGlobal: boolean;
}

const deploymentSchema = z.looseObject({ dependencies: z.record(z.string(), z.string()).optional() });

/** The deployment of a place; undefined where there is none. Throws where its `package.json` cannot be read. */
export async function deploymentAt({ folder, search }: DiscoveryPlace): Promise<Deployment | undefined> {
  if (search === "project") {
    const project = projectOf(folder);
    const global = join(project, "node_modules");
    // Global installs of npm have no package.json: the folder itself is the list of what was installed.
    if (withManifest(project) === undefined && existsSync(global)) return globalDeployment(project, global);
    return projectDeployment(nearestPackage(project));
  }
  return projectDeployment(search === "exact" ? withManifest(folder) : nearestPackage(folder));
}

async function projectDeployment(folder: string | undefined): Promise<Deployment | undefined> {
  if (folder === undefined) return undefined;
  const path = join(folder, "package.json");
  const parsed = deploymentSchema.safeParse(await readJson(path));
  if (!parsed.success) {
    throw new SiemError("SIEM_CONNECTOR_MANIFEST", `${path}: "dependencies" is no map of names and versions.`);
  }
  const names = Object.keys(parsed.data.dependencies ?? {});
  const dependencies = names.map((name) => ({ name, folder: packageFolder(name, folder) }));
  return { folder, path, dependencies, isGlobal: false };
}

async function globalDeployment(folder: string, path: string): Promise<Deployment> {
  const entries = await readdir(path);
  const names = await Promise.all(
    entries.map(async (entry) =>
      entry.startsWith("@") ? (await readdir(join(path, entry))).map((name) => `${entry}/${name}`) : [entry],
    ),
  );
  const dependencies = names.flat().flatMap((name) => {
    const found = withManifest(join(path, name));
    return found === undefined ? [] : { name, folder: found };
  });
  return { folder, path, dependencies, isGlobal: true };
}
