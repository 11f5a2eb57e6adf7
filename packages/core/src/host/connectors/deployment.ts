import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { SiemError } from "../../errors.ts";
import { readJson } from "./connector-package.ts";
import { nearestPackage, packageFolder, projectOf, withManifest } from "./package-folder.ts";

/** A place to search for a deployment. */
export interface DiscoveryPlace {
  /** Name for messages, such as "working folder". */
  readonly name: string;
  readonly folder: string;
  /**
   * `nearest`: the nearest `package.json` upward. `exact`: in this folder. `project`: the project this folder is
   * installed in.
   */
  readonly search: "nearest" | "exact" | "project";
}

/** A project with its `package.json`, or a folder of globally installed packages. */
export interface Deployment {
  readonly folder: string;
  /** Path of the `package.json` or the folder. */
  readonly path: string;
  /** Its direct dependencies with their folders; undefined for one that is not installed. */
  readonly dependencies: readonly { readonly name: string; readonly folder: string | undefined }[];
  /** The command that adds a package to it, without its name. */
  readonly install: string;
}

const deploymentSchema = z.looseObject({ dependencies: z.record(z.string(), z.string()).optional() });

/** Returns the deployment of a place; undefined if there is none. Throws if its `package.json` cannot be read. */
export async function deploymentAt({ folder, search }: DiscoveryPlace): Promise<Deployment | undefined> {
  if (search === "project") {
    const project = projectOf(folder);
    const global = join(project, "node_modules");
    // npm's global installs have no package.json: the folder lists what is installed.
    if (withManifest(project) === undefined && existsSync(global)) return globalDeployment(project, global);
    if (PNPM_GLOBAL.test(project)) return pnpmGlobalDeployment(dirname(project));
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
  return { folder, path, dependencies, install: installOf(folder) };
}

/** By the lockfile of its package manager. */
function installOf(folder: string): string {
  if (/[\\/]yarn[\\/]global$/.test(folder)) return "yarn global add";
  if (existsSync(join(folder, "pnpm-lock.yaml"))) return "pnpm add";
  return existsSync(join(folder, "yarn.lock")) ? "yarn add" : "npm install";
}

/** pnpm gives every package that is installed globally a project of its own, beside the others. */
const PNPM_GLOBAL = /[\\/]global[\\/]v\d+[\\/][^\\/]+$/;

async function pnpmGlobalDeployment(path: string): Promise<Deployment> {
  const folders = (await readdir(path)).map((name) => withManifest(join(path, name)));
  const projects = await Promise.all(folders.map(projectDeployment));
  const dependencies = new Map(
    projects.flatMap((project) => project?.dependencies ?? []).map((found) => [found.name, found]),
  );
  return { folder: path, path, dependencies: [...dependencies.values()], install: "pnpm add -g" };
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
  return { folder, path, dependencies, install: "npm install -g" };
}
