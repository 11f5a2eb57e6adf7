import type { JwtSettings } from "../config/auth-settings.ts";
import type { JWTPayload } from "jose";
import { z } from "zod";
import type { Caller, Scope } from "./access.ts";

type ClaimSettings = Pick<JwtSettings, "orgClaim" | "roleClaim" | "adminRoles" | "orgRoles">;

const rolesSchema = z.union([z.string().transform((role) => [role]), z.array(z.string())]);
const orgSchema = z.guid().toLowerCase();
const LONGEST_NAME = 200;

/** Scopes granted by the claims of a verified token. Without a known role there are none, which is no error here. */
export function callerOfClaims(claims: JWTPayload, settings: ClaimSettings): Caller {
  const roles = rolesSchema.safeParse(claimAt(claims, settings.roleClaim)).data ?? [];
  const org = orgSchema.safeParse(claimAt(claims, settings.orgClaim));
  const isAny = (wanted: readonly string[]) => roles.some((role) => wanted.includes(role));
  const scopes: Scope[] = [];
  if (isAny(settings.adminRoles)) scopes.push({ kind: "admin" });
  if (isAny(settings.orgRoles) && org.success) scopes.push({ kind: "org", orgId: org.data });
  const name = (claims.sub ?? "a JSON Web Token").slice(0, LONGEST_NAME);
  return { name, scopes, ...(claims.exp !== undefined && { expiresAt: claims.exp * 1000 }) };
}

/**
 * Looks a claim up by its whole name, which may contain dots (`https://example.com/role`), then by its path
 * (`realm_access.roles`).
 */
function claimAt(claims: JWTPayload, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let value: unknown = claims;
  for (const step of name.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = Object.entries(value).find(([key]) => key === step)?.[1];
  }
  return value;
}
