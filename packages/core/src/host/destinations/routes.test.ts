import { describe, expect, it } from "vitest";
import type { DestinationQueue } from "../../delivery/pipeline/destination-queue.ts";
import { createRoutes } from "./routes.ts";

/** Routes look at nothing in a destination's queue. */
function destinationQueueOf(name: string): DestinationQueue {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { destinationId: name } as DestinationQueue;
}

const ORG = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001";

describe("routes", () => {
  it("take an event to the global destinations and to its organisation's, and to no other's", () => {
    const routes = createRoutes();
    const [global, own, other] = [destinationQueueOf("global"), destinationQueueOf("own"), destinationQueueOf("other")];
    routes.add(global, null);
    routes.add(own, ORG);
    routes.add(other, "other");
    expect(routes.routeOf(ORG)).toEqual([global, own]);
    expect(routes.routeOf("other")).toEqual([global, other]);
    expect(routes.routeOf("unknown")).toEqual([global]);
    expect(routes.routeOf(null)).toEqual([global]);
    routes.remove(own, ORG);
    expect(routes.routeOf(ORG)).toEqual([global]);
  });

  it("know a UUID in capitals, and take no other id for one that is written alike", () => {
    const routes = createRoutes();
    const [uuid, named] = [destinationQueueOf("uuid"), destinationQueueOf("named")];
    routes.add(uuid, ORG.toUpperCase());
    routes.add(named, "acme");
    expect(routes.routeOf(ORG)).toEqual([uuid]);
    expect(routes.routeOf(ORG.toUpperCase())).toBe(routes.routeOf(ORG));
    expect(routes.routeOf("ACME")).toEqual([]);
    routes.remove(uuid, ORG);
    expect(routes.routeOf(ORG.toUpperCase())).toEqual([]);
  });
});
