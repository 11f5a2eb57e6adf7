import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { DiscoveryPlace } from "@arbitex/core/config";
import type { ConfigProblem } from "@arbitex/core/host";
import type { LoadOptions } from "./load-options.ts";

interface Places {
  readonly places: readonly DiscoveryPlace[];
  readonly problems: readonly ConfigProblem[];
}

/**
 * Folders that are searched for connectors: the configured root; otherwise, in this order, the configuration file's
 * folder, the working folder, and the folder where the command is installed.
 */
export function discoveryPlaces(
  { root: given, environment, workingFolder, commandFolder }: LoadOptions,
  configPath: string | undefined,
): Places {
  const name = given === undefined ? "SIEM_ROOT" : "--root";
  // An empty variable counts as unset.
  const root = given ?? environment["SIEM_ROOT"];
  if (root !== undefined && root !== "") {
    const folder = resolve(workingFolder, root);
    const places = [{ name, folder, search: "exact" }] as const;
    return { places, problems: existsSync(join(folder, "package.json")) ? [] : [noDeployment(name, folder)] };
  }
  const ofFile = configPath === undefined ? undefined : dirname(resolve(workingFolder, configPath));
  return {
    places: [
      ...(ofFile === undefined ? [] : [nearest("configuration file", ofFile)]),
      ...(ofFile === workingFolder ? [] : [nearest("working folder", workingFolder)]),
      ...(commandFolder === undefined ? [] : [installed("this command", commandFolder)]),
    ],
    problems: [],
  };
}

function nearest(name: string, folder: string): DiscoveryPlace {
  return { name, folder, search: "nearest" };
}

function installed(name: string, folder: string): DiscoveryPlace {
  return { name, folder, search: "project" };
}

function noDeployment(path: string, folder: string): ConfigProblem {
  return {
    path,
    message: `there is no package.json in ${folder}.`,
    fix: "Name the folder whose package.json depends on the connectors, the one that npm install was run in.",
  };
}
