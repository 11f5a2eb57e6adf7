import { expect, it } from "vitest";
import { pathOf, routeOf } from "./routes.ts";

const ORG = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001";

it("finds the way back from every route's path", () => {
  const routes = [
    { page: "overview" },
    { page: "connect" },
    { page: "connect-to", type: "a/b" },
    { page: "destination", id: "x y" },
    { page: "destination-settings", id: "1" },
    { page: "destination-events", id: "1" },
    { page: "dead-letters", id: "1" },
    { page: "tap" },
    { page: "links" },
    { page: "operator" },
    { page: "global", id: "soc/all" },
  ] as const;
  for (const route of routes) {
    expect(routeOf(pathOf(route))).toEqual(route);
    const org = route.page === "operator" || route.page === "global" ? undefined : ORG;
    expect(routeOf(pathOf(route, ORG))).toEqual(org === undefined ? route : { ...route, org });
  }
  expect(routeOf("/")).toBeUndefined();
  expect(routeOf("/what/else")).toEqual({ page: "unknown" });
  expect(routeOf("/destinations/%E0%A4%A")).toEqual({ page: "destination", id: "%E0%A4%A" });
});
