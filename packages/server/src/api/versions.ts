import type { Problem } from "../http/problem.ts";

export function etagOf(version: number): string {
  return `"${version}"`;
}

/** What a request's `If-Match` requires of the stored version. */
export type Precondition =
  /** No `If-Match`, or `*`. */
  { readonly kind: "any" } | { readonly kind: "one-of"; readonly versions: readonly number[] };

/**
 * Reads `If-Match`. A weak entity tag counts too: proxies weaken tags when they compress a body, and ours name a
 * version, not bytes. A tag that is no version of ours matches nothing.
 */
export function preconditionOf(ifMatch: string | undefined): Precondition {
  if (ifMatch === undefined || ifMatch.trim() === "*") return { kind: "any" };
  return { kind: "one-of", versions: versionsIn(ifMatch) };
}

export function isMet(precondition: Precondition, version: number): boolean {
  return precondition.kind === "any" || precondition.versions.includes(version);
}

/** Whether the client already has this version. */
export function isKnown(ifNoneMatch: string | undefined, version: number): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.trim() === "*" || versionsIn(ifNoneMatch).includes(version);
}

function versionsIn(header: string): readonly number[] {
  return header.split(",").flatMap((tag) => {
    const digits = /^\s*(?:W\/)?"(\d{1,15})"\s*$/.exec(tag)?.[1];
    return digits === undefined ? [] : [Number(digits)];
  });
}

export function conflict(version: number): Problem {
  return {
    status: 412,
    code: "version_conflict",
    title: "Changed in the meantime",
    detail: `The configuration is at version ${version} now. Read it again, and repeat the change with If-Match: ${etagOf(version)}.`,
    members: { version },
  };
}
