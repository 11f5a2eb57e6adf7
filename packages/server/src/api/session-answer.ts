import { z } from "zod";
import type { Caller } from "../access/access.ts";
import type { Session } from "../access/session-store.ts";

const time = z.iso.datetime();

/** Who is signed in, and what the caller may do. */
export const sessionAnswer = z
  .object({
    name: z.string().meta({ description: "Of the token, the JWT's subject or the set-up link." }),
    kind: z
      .enum(["token", "setup_link", "jwt", "bearer"])
      .meta({ description: "What the session was opened with; `bearer` without a session." }),
    is_admin: z.boolean().meta({ description: "Whether the caller names the organisation to act for by org_id." }),
    org_id: z.guid().nullable().meta({ description: "The caller's own organisation." }),
    may_share: z.boolean().meta({ description: "Whether the caller may make set-up links." }),
    csrf_token: z
      .string()
      .nullable()
      .meta({ description: "To be sent as X-CSRF-Token with everything but GET; null without a session." }),
    expires_at: time.nullable(),
    idle_expires_at: time.nullable().meta({ description: "When the session ends without a further request." }),
  })
  .meta({ id: "Session", description: "Who is signed in, what the caller may do, and until when." });

type SessionAnswer = z.output<typeof sessionAnswer>;

export function sessionAnswerOf({ name, scopes }: Caller, session: Session | undefined): SessionAnswer {
  const owned = scopes.flatMap((scope) => ("orgId" in scope ? [scope] : []));
  const isAdmin = scopes.some(({ kind }) => kind === "admin");
  return {
    name,
    kind: session?.kind ?? "bearer",
    is_admin: isAdmin,
    org_id: owned[0]?.orgId ?? null,
    may_share: isAdmin || owned.some(({ kind }) => kind === "org"),
    csrf_token: session?.csrfToken ?? null,
    expires_at: session?.expiresAt.toISOString() ?? null,
    idle_expires_at: session?.idleExpiresAt.toISOString() ?? null,
  };
}
