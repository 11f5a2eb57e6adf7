/**
 * A set-up link. Its holder may set up the destinations of one organisation until it expires or is revoked. The
 * token is not stored; only its hash is.
 */
export interface SetupLink {
  readonly id: string;
  readonly orgId: string;
  /** For people, such as whom it was made for. */
  readonly name: string | null;
  /** Name of the caller that made it. */
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
  readonly firstUsedAt: Date | null;
  readonly lastUsedAt: Date | null;
  /** Number of sessions opened with it. */
  readonly uses: number;
}

/** A link's state at a time. A revoked one stays so. */
export function linkState({ revokedAt, expiresAt }: SetupLink, now: number): "active" | "expired" | "revoked" {
  if (revokedAt !== null) return "revoked";
  return expiresAt.getTime() <= now ? "expired" : "active";
}

/** A link's name for messages and audit events. */
export function linkText({ id, name }: Pick<SetupLink, "id" | "name">): string {
  return name === null ? `set-up link ${id}` : `set-up link "${name}"`;
}
