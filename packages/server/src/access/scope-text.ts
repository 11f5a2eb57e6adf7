import { isUuid } from "../database/uuid.ts";
import type { Scope } from "./access.ts";

/** A scope as users write it and tables keep it. */
export function scopeText(scope: Scope): string {
  return scope.kind === "org" ? `org:${scope.orgId}` : scope.kind;
}

/** Undefined for what is no scope: it allows nothing. */
export function parseScope(text: string): Scope | undefined {
  if (text === "ingest" || text === "admin") return { kind: text };
  const orgId = text.startsWith("org:") ? text.slice("org:".length).toLowerCase() : "";
  return isUuid(orgId) ? { kind: "org", orgId } : undefined;
}
