/** Where in the console the reader is. */
export type Route =
  | { readonly page: "overview" }
  | { readonly page: "connect" }
  | { readonly page: "connect-to"; readonly type: string }
  | { readonly page: "destination"; readonly id: string }
  | { readonly page: "destination-settings"; readonly id: string }
  | { readonly page: "destination-events"; readonly id: string }
  | { readonly page: "dead-letters"; readonly id: string }
  | { readonly page: "tap" }
  | { readonly page: "links" }
  | { readonly page: "operator" }
  | { readonly page: "global"; readonly id: string }
  | { readonly page: "unknown" };

export type Located = Route & { readonly org?: string };

/** The path of a route, with the organisation that an operator acts for before it. */
export function pathOf(route: Route, org?: string): string {
  const acting =
    org === undefined || route.page === "operator" || route.page === "global" ? "" : `/org/${encodeURIComponent(org)}`;
  return `${acting}${ownPathOf(route)}`;
}

function ownPathOf(route: Route): string {
  switch (route.page) {
    case "overview":
      return "/destinations";
    case "connect":
      return "/connect";
    case "connect-to":
      return `/connect/${encodeURIComponent(route.type)}`;
    case "destination":
      return `/destinations/${encodeURIComponent(route.id)}`;
    case "destination-settings":
      return `/destinations/${encodeURIComponent(route.id)}/settings`;
    case "destination-events":
      return `/destinations/${encodeURIComponent(route.id)}/events`;
    case "dead-letters":
      return `/destinations/${encodeURIComponent(route.id)}/dead-letters`;
    case "tap":
      return "/live";
    case "links":
      return "/links";
    case "operator":
      return "/operator";
    case "global":
      return `/operator/destinations/${encodeURIComponent(route.id)}`;
    case "unknown":
      return "/";
    default:
      return route satisfies never;
  }
}

/** The route of a path; undefined for the start, which depends on who reads. */
export function routeOf(path: string): Located | undefined {
  const parts = path
    .split("/")
    .filter((part) => part !== "")
    .map(decoded);
  if (parts[0] === "org" && parts[1] !== undefined) {
    const route = ownRouteOf(parts.slice(2)) ?? { page: "overview" };
    return { ...route, org: parts[1] };
  }
  return ownRouteOf(parts);
}

function ownRouteOf([first, second, third]: readonly string[]): Route | undefined {
  switch (first) {
    case undefined:
      return undefined;
    case "destinations":
      if (second === undefined) return { page: "overview" };
      if (third === "settings") return { page: "destination-settings", id: second };
      if (third === "events") return { page: "destination-events", id: second };
      if (third === "dead-letters") return { page: "dead-letters", id: second };
      return { page: "destination", id: second };
    case "connect":
      return second === undefined ? { page: "connect" } : { page: "connect-to", type: second };
    case "live":
      return { page: "tap" };
    case "links":
      return { page: "links" };
    case "operator":
      return third === undefined ? { page: "operator" } : { page: "global", id: third };
    default:
      return { page: "unknown" };
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
