import type { DestinationQueue } from "../../delivery/pipeline/destination-queue.ts";
import { orgKey } from "../../event/same-org.ts";

/** Routes events: an organisation's go to the global destinations and its own. */
export interface Routes {
  add(destinationQueue: DestinationQueue, orgId: string | null): void;
  remove(destinationQueue: DestinationQueue, orgId: string | null): void;
  /** Returns the queues of an organisation. The array is the same until the route changes. */
  routeOf(orgId: string | null): readonly DestinationQueue[];
}

/**
 * Creates the routes. A change resets only its organisation's route. A change of a global destination resets all, each
 * rebuilt at its next use.
 */
export function createRoutes(): Routes {
  let global: readonly DestinationQueue[] = [];
  const own = new Map<string, readonly DestinationQueue[]>();
  const known = new Map<string, readonly DestinationQueue[]>();

  function change(
    given: string | null,
    changed: (destinationQueues: readonly DestinationQueue[]) => readonly DestinationQueue[],
  ): void {
    if (given === null) {
      global = changed(global);
      known.clear();
      return;
    }
    const orgId = orgKey(given);
    const destinationQueues = changed(own.get(orgId) ?? []);
    if (destinationQueues.length > 0) own.set(orgId, destinationQueues);
    else own.delete(orgId);
    known.delete(orgId);
  }

  return {
    add: (destinationQueue, orgId) => change(orgId, (destinationQueues) => [...destinationQueues, destinationQueue]),
    remove: (destinationQueue, orgId) =>
      change(orgId, (destinationQueues) => destinationQueues.filter((other) => other !== destinationQueue)),
    routeOf(given) {
      if (given === null || own.size === 0) return global;
      // Most ids are already normalised.
      const orgId = own.has(given) ? given : orgKey(given);
      const destinationQueues = own.get(orgId);
      if (destinationQueues === undefined) return global;
      let route = known.get(orgId);
      if (route === undefined) {
        route = [...global, ...destinationQueues];
        known.set(orgId, route);
      }
      return route;
    },
  };
}
