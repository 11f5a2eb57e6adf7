import { isUuid } from "../database/uuid.ts";
import type { Scope } from "./access.ts";

/** A scope as users type it and tables store it. */
export function scopeText(scope: Scope): string {
  return scope.kind === "org" || scope.kind === "setup" ? `${scope.kind}:${scope.orgId}` : scope.kind;
}

/** Undefined for an unknown scope, which grants nothing. No token has the scope of a set-up link. */
export function parseScope(text: string): Scope | undefined {
  if (text === "ingest" || text === "admin") return { kind: text };
  const orgId = text.startsWith("org:") ? text.slice("org:".length).toLowerCase() : "";
  return isUuid(orgId) ? { kind: "org", orgId } : undefined;
}
