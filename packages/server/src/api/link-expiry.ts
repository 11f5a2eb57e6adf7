import type { Logger } from "@arbitex/core";
import { systemClock } from "@arbitex/core/host";
import type { SetupLinkStore } from "../access/setup-link-store.ts";
import { messageOf } from "../message-of.ts";
import type { ApiContext } from "./api-context.ts";
import { publishSoon } from "./api-context.ts";
import { linkEventOf } from "./link-events.ts";

const LOOK_EVERY_MS = 60_000;
const actor = { caller: { name: "Arbitex SIEM connectors", scopes: [] }, address: undefined };

/** Publishes the audit event of every set-up link that expires, once over all servers. Returns what ends it. */
export function tellOfExpiredLinks(
  links: Pick<SetupLinkStore, "takeExpired">,
  context: Pick<ApiContext, "host" | "onFailure" | "now"> & { readonly logger: Logger },
): () => void {
  let isEnded = false;
  let cancel = systemClock.after(LOOK_EVERY_MS, () => void look());

  async function look(): Promise<void> {
    try {
      for (const link of await links.takeExpired()) {
        await publishSoon(linkEventOf("expired", link, actor, context.now()), context);
      }
    } catch (error) {
      context.logger.warn(
        { reason: messageOf(error) },
        "expired set-up links cannot be read; they are looked for again",
      );
    }
    if (!isEnded) cancel = systemClock.after(LOOK_EVERY_MS, () => void look());
  }

  return () => {
    isEnded = true;
    cancel();
  };
}
