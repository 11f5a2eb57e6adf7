import { isDeepStrictEqual } from "node:util";
import type { ConfigProblem, Destination } from "@arbitex/core/host";
import { isMap } from "../config/is-map.ts";
import type { Deployment } from "../config/deployment.ts";

/** The difference between the running server and its configuration. */
export interface ReloadPlan {
  readonly added: readonly Destination[];
  readonly changed: readonly Destination[];
  readonly removed: readonly Destination[];
  readonly unchanged: readonly Destination[];
  /** Changes that are not possible while the server runs. */
  readonly problems: readonly ConfigProblem[];
  /** Settings that changed since the server's start and that only a restart applies. */
  readonly needsRestart: readonly string[];
}

/** Compares the running deployment with the wanted one. */
export function planReload(running: Deployment, wanted: Deployment): ReloadPlan {
  const before = new Map(running.destinations.map((destination) => [destination.id, destination]));
  const added: Destination[] = [];
  const changed: Destination[] = [];
  const unchanged: Destination[] = [];
  const problems: ConfigProblem[] = [];
  for (const destination of wanted.destinations) {
    const old = before.get(destination.id);
    before.delete(destination.id);
    if (old === undefined) added.push(destination);
    else if ((old.orgId ?? null) !== (destination.orgId ?? null)) problems.push(givenAway(destination));
    else if (isDeepStrictEqual(factsOf(old), factsOf(destination))) unchanged.push(destination);
    else changed.push(destination);
  }
  const needsRestart = [...sectionChanges(running.sections, wanted.sections), ...connectorChanges(running, wanted)];
  return { added, changed, removed: [...before.values()], unchanged, problems, needsRestart };
}

/** All properties that define a destination, secrets included. */
function factsOf({ connector, config, origin, delivery, filter, deadLetterPath }: Destination): readonly unknown[] {
  return [connector.type, origin?.settings() ?? config, delivery, filter, deadLetterPath];
}

function givenAway({ id }: Destination): ConfigProblem {
  return {
    path: `destination ${id}`,
    message: "belongs to another organisation than before, and what is queued for it must not become that one's.",
    fix: "Give it another id: the old one is then removed, and the new one begins with an empty queue.",
  };
}

/** Changed sections by their names in the file: `queue.path`, `auth`. */
function sectionChanges(before: Deployment["sections"], after: Deployment["sections"]): readonly string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => {
    const [old, wanted] = [before[name], after[name]];
    if (isDeepStrictEqual(old, wanted)) return [];
    if (!isMap(old ?? {}) || !isMap(wanted ?? {})) return [name];
    return sectionChanges(isMap(old) ? old : {}, isMap(wanted) ? wanted : {}).map((key) => `${name}.${key}`);
  });
}

/** A loaded module cannot be replaced while the process lives. */
function connectorChanges(running: Deployment, wanted: Deployment): readonly string[] {
  return running.registry.packages.flatMap(({ type, name, version, folder }) => {
    const now = wanted.registry.packages.find((candidate) => candidate.type === type);
    if (now === undefined || (now.version === version && now.folder === folder)) return [];
    return [`${now.name}@${now.version} in place of ${name}@${version}`];
  });
}
