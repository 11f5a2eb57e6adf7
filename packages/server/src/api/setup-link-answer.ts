import { z } from "zod";
import type { SetupLink } from "../access/setup-link.ts";
import { linkState } from "../access/setup-link.ts";
import { parseMoment } from "../moment.ts";
import { oneLine } from "./config-schemas.ts";

const time = z.iso.datetime();
const MINUTE_MS = 60_000;
const LONGEST_MS = 30 * 86_400_000;

export const setupLinkBody = z
  .strictObject({
    name: oneLine.optional().meta({ description: "For people, such as whom the link is for." }),
    expires_in: z
      .string()
      .default("72h")
      .transform((text) => parseMoment(text, 0, "ahead"))
      .refine((ms): ms is number => ms !== undefined && ms >= MINUTE_MS && ms <= LONGEST_MS, {
        error: "expected a time from 1m to 30d, such as 72h",
      })
      .meta({ description: "How long the link can be used: `72h`, `7d`." }),
  })
  .meta({ description: "A new set-up link." });

const fields = {
  id: z.guid(),
  org_id: z.guid(),
  name: z.string().nullable(),
  state: z.enum(["active", "expired", "revoked"]),
  created_by: z.string(),
  created_at: time,
  expires_at: time,
  revoked_at: time.nullable(),
  first_used_at: time.nullable(),
  last_used_at: time.nullable(),
  uses: z.int().meta({ description: "Sessions that were opened with it." }),
};

export const setupLinkAnswer = z
  .object(fields)
  .meta({ id: "SetupLink", description: "A link with which an organisation's destinations can be set up." });

export const madeLinkAnswer = z
  .object({
    ...fields,
    token: z.string().meta({ description: "Shown this once; only its hash is stored." }),
    url: z
      .string()
      .meta({ description: "The console's address with the token behind `#`, which browsers send nowhere." }),
  })
  .meta({ id: "MadeSetupLink", description: "A new set-up link, with its token." });

export type SetupLinkAnswer = z.output<typeof setupLinkAnswer>;

export function setupLinkAnswerOf(link: SetupLink, now: number): SetupLinkAnswer {
  return {
    id: link.id,
    org_id: link.orgId,
    name: link.name,
    state: linkState(link, now),
    created_by: link.createdBy,
    created_at: link.createdAt.toISOString(),
    expires_at: link.expiresAt.toISOString(),
    revoked_at: link.revokedAt?.toISOString() ?? null,
    first_used_at: link.firstUsedAt?.toISOString() ?? null,
    last_used_at: link.lastUsedAt?.toISOString() ?? null,
    uses: link.uses,
  };
}

/** The address to hand out. Browsers send no fragment, so no server or proxy logs the token. */
export function setupUrl(origin: string, token: string): string {
  return `${origin}/console/#setup=${token}`;
}
