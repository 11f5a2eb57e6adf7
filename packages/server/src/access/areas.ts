import type { Caller } from "./access.ts";

/** A part of the HTTP API with its own access rule. */
export type Area =
  /** Health, metrics and the API's description: no token. */
  | "open"
  /** The caller's own session. */
  | "session"
  /** Ingest, and the state of destinations. */
  | "ingest"
  /** An organisation's own configurations. */
  | "org"
  /** Set-up links of an organisation, which a set-up link may not make. */
  | "setup-links"
  | "admin";

/** The area of a matched route's path. Never pass a raw URL: it may hide characters behind `%`. */
export function areaOf(path: string): Area {
  if (isUnder(path, "/v1/sign-in")) return "open";
  if (isUnder(path, "/v1/session")) return "session";
  if (isUnder(path, "/v1/org/setup-links")) return "setup-links";
  if (isUnder(path, "/v1/org")) return "org";
  if (isUnder(path, "/api")) return "admin";
  return isUnder(path, "/v1") ? "ingest" : "open";
}

function isUnder(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
}

export function mayEnter({ scopes }: Caller, area: Area): boolean {
  if (scopes.some(({ kind }) => kind === "admin")) return true;
  switch (area) {
    case "open":
      return true;
    case "session":
      return scopes.some(({ kind }) => kind !== "ingest");
    case "ingest":
      return scopes.some(({ kind }) => kind === "ingest");
    case "org":
      return scopes.some(({ kind }) => kind === "org" || kind === "setup");
    case "setup-links":
      return scopes.some(({ kind }) => kind === "org");
    case "admin":
      return false;
    default:
      return area satisfies never;
  }
}
