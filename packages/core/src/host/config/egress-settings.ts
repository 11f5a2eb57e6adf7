import { z } from "zod";
import { parseAllowed } from "../../transport/guard/allow-list.ts";
import type { EgressGuard, GuardRules } from "../../transport/guard/guard.ts";
import { createGuard } from "../../transport/guard/guard.ts";
import { parsePorts } from "../../transport/guard/ports.ts";

/** Which destinations are guarded, and which addresses they may use besides public ones. */
export interface EgressSettings extends GuardRules {
  /** `tenants` (default) guards the destinations of organisations; global ones are the operator's own. */
  readonly guard?: "tenants" | "all" | "off";
}

const allowedEntry = z.string().refine((text) => parseAllowed(text) !== undefined, {
  error: "expected an address, a range such as 10.1.0.0/16, a name, or *. and a name",
});

const portRange = z.custom<number | string>((given) => isPorts(given), {
  error: "expected a port, or two with a dash such as 1024-65535",
});

/** Schema of `egress` in the configuration file. */
export const egressSchema = z
  .strictObject({
    guard: z.enum(["tenants", "all", "off"]),
    allow: z.array(allowedEntry),
    ports: z.array(portRange).min(1),
    plain_http: z.boolean(),
  })
  .partial();

/** Converts the users' spelling to `EgressSettings`. */
export function egressSettings({
  guard,
  allow,
  ports,
  plain_http,
}: z.output<typeof egressSchema> = {}): EgressSettings {
  return {
    ...(guard !== undefined && { guard }),
    ...(allow !== undefined && { allow }),
    ...(ports !== undefined && { ports }),
    ...(plain_http !== undefined && { plainHttp: plain_http }),
  };
}

/** Creates the guards of a host: returns the guard of an organisation's destinations, one for all organisations. */
export function guardsOf({ guard = "tenants", ...rules }: EgressSettings = {}): GuardOf {
  if (guard === "off") return () => undefined;
  const shared = createGuard(rules);
  return (orgId) => (guard === "all" || orgId !== null ? shared : undefined);
}

export type GuardOf = (orgId: string | null) => EgressGuard | undefined;

function isPorts(given: unknown): boolean {
  return (typeof given === "number" || typeof given === "string") && parsePorts(given) !== undefined;
}
