import { z } from "zod";

/** The trusted issuer of JSON Web Tokens, and the meaning of its claims. */
export interface JwtSettings {
  /** Exactly as in the `iss` claim. */
  readonly issuer: string;
  /** The `aud` claim must contain one of these. */
  readonly audience: readonly string[];
  /** Address of the issuer's keys. Default: the one of its discovery document. */
  readonly jwksUrl: string | undefined;
  /** Claim that holds the organisation's UUID. */
  readonly orgClaim: string;
  /** Claim that holds a role, or a list of them. */
  readonly roleClaim: string;
  /** Roles that grant everything, for every organisation. */
  readonly adminRoles: readonly string[];
  /** Roles that grant access to the caller's own organisation. */
  readonly orgRoles: readonly string[];
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

const secureUrl = z.string().refine(isSecure, {
  error: "expected an https address; plain http only on this machine, for keys that others could change are no keys",
});
const name = z.string().min(1);
const names = z.array(name);

/** The `auth` section of the configuration file. */
export const authSchema = z
  .strictObject({
    jwt: z.strictObject({
      issuer: secureUrl,
      audience: z.union([name, names.min(1)]),
      jwks_url: secureUrl.optional(),
      org_claim: name.optional(),
      role_claim: name.optional(),
      admin_roles: names.optional(),
      org_roles: names.optional(),
    }),
  })
  .partial();

export function jwtSettings({ jwt }: z.output<typeof authSchema> = {}): JwtSettings | undefined {
  if (jwt === undefined) return undefined;
  return {
    issuer: jwt.issuer,
    audience: typeof jwt.audience === "string" ? [jwt.audience] : jwt.audience,
    jwksUrl: jwt.jwks_url,
    orgClaim: jwt.org_claim ?? "org_id",
    roleClaim: jwt.role_claim ?? "role",
    adminRoles: jwt.admin_roles ?? ["siem_admin"],
    orgRoles: jwt.org_roles ?? ["admin"],
  };
}

function isSecure(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === "https:" || (protocol === "http:" && LOOPBACK.test(hostname));
}
