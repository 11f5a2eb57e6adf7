import type { Lane } from "../../delivery/pipeline/lane.ts";
import { orgKey } from "../../event/same-org.ts";

/** Which destinations an organisation's events go to: the global ones, and its own. */
export interface Routes {
  add(lane: Lane, orgId: string | null): void;
  remove(lane: Lane, orgId: string | null): void;
  /** The same array for the same answer. */
  routeOf(orgId: string | null): readonly Lane[];
}

/** A change touches its own organisation only, and one of a global destination leaves each route to who asks for it next. */
export function createRoutes(): Routes {
  let global: readonly Lane[] = [];
  const own = new Map<string, readonly Lane[]>();
  const known = new Map<string, readonly Lane[]>();

  function change(given: string | null, changed: (lanes: readonly Lane[]) => readonly Lane[]): void {
    if (given === null) {
      global = changed(global);
      known.clear();
      return;
    }
    const orgId = orgKey(given);
    const lanes = changed(own.get(orgId) ?? []);
    if (lanes.length > 0) own.set(orgId, lanes);
    else own.delete(orgId);
    known.delete(orgId);
  }

  return {
    add: (lane, orgId) => change(orgId, (lanes) => [...lanes, lane]),
    remove: (lane, orgId) => change(orgId, (lanes) => lanes.filter((other) => other !== lane)),
    routeOf(given) {
      if (given === null || own.size === 0) return global;
      // Most ids come as they are kept.
      const orgId = own.has(given) ? given : orgKey(given);
      const lanes = own.get(orgId);
      if (lanes === undefined) return global;
      let route = known.get(orgId);
      if (route === undefined) {
        route = [...global, ...lanes];
        known.set(orgId, route);
      }
      return route;
    },
  };
}
