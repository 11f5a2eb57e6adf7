import type { Deployment, DiscoveryPlace } from "./deployment.ts";

/** A searched place and what it holds. */
export interface Looked {
  readonly place: DiscoveryPlace;
  /** Undefined without a `package.json`. */
  readonly deployment?: Deployment | undefined;
  /** Names of the connectors among its direct dependencies. */
  readonly connectors: readonly string[];
}

/** Describes each searched place, for a message about a missing connector: "Looked in …". */
export function lookedText(looked: readonly Looked[]): string {
  return looked.length === 0 ? "" : `Looked in ${looked.map(placeText).join("; ")}.`;
}

function placeText({ place, deployment, connectors }: Looked): string {
  if (deployment === undefined) return `${place.folder} (${place.name}): no package.json`;
  const missing = deployment.dependencies.flatMap(({ name, folder }) => (folder === undefined ? [name] : []));
  const found = connectors.length === 0 ? "no connector among its dependencies" : connectors.join(", ");
  const notInstalled = missing.length === 0 ? "" : `, and not installed: ${missing.slice(0, 5).join(", ")}`;
  return `${deployment.path} (${place.name}): ${found}${notInstalled}`;
}

/** Returns the command that installs a package in the deployment the connectors come from. */
export function installCommand(looked: readonly Looked[], name: string): string {
  const deployment = looked.findLast((candidate) => candidate.deployment !== undefined)?.deployment;
  return `${deployment?.install ?? "npm install"} ${name}`;
}

/** Returns what to do about an official connector that is missing. Nothing was searched where "connectors" names them. */
export function missingFix(looked: readonly Looked[], name: string): string {
  const install = installCommand(looked, name);
  if (looked.length > 0) return `Run: ${install}`;
  return `Add "${name}" to "connectors", which names all that are used, and if it is not installed, run: ${install}`;
}
