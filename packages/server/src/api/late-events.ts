import type { Logger } from "@arbitex/core";
import { systemClock } from "@arbitex/core/host";
import type { SetupLinkStore } from "../access/setup-link-store.ts";
import type { AuditOutbox } from "../database/audit-outbox.ts";
import { messageOf } from "../message-of.ts";
import type { ApiContext } from "./api-context.ts";
import { publishSoon } from "./api-context.ts";
import { linkEventOf } from "./link-events.ts";

export interface LateEvents {
  readonly links: Pick<SetupLinkStore, "takeExpired">;
  readonly outbox: Pick<AuditOutbox, "take" | "remove">;
}

const LOOK_EVERY_MS = 5000;
const actor = { caller: { name: "Arbitex SIEM connectors", scopes: [] }, address: undefined };

/**
 * Publishes the audit events of what no request to this server caused: a set-up link expires, or a change is made at
 * the command line. Returns what ends it.
 */
export function tellOfLateEvents(
  { links, outbox }: LateEvents,
  context: Pick<ApiContext, "host" | "onFailure" | "now"> & { readonly logger: Logger },
): () => void {
  let isEnded = false;
  let cancel = systemClock.after(LOOK_EVERY_MS, () => void look());

  async function look(): Promise<void> {
    try {
      for (const link of await links.takeExpired()) {
        await publishSoon(linkEventOf("expired", link, actor, context.now()), context);
      }
      for (const { id, event } of await outbox.take()) {
        // When the queue is full it throws, and the event stays.
        const { rejected } = await context.host.publish(event, { validation: "full" });
        for (const { errors } of rejected)
          context.onFailure(new Error(`audit event ${id}: ${errors[0]?.message ?? ""}`));
        await outbox.remove(id);
      }
    } catch (error) {
      context.logger.warn(
        { reason: messageOf(error) },
        "audit events cannot be published yet; they are looked for again",
      );
    }
    if (!isEnded) cancel = systemClock.after(LOOK_EVERY_MS, () => void look());
  }

  return () => {
    isEnded = true;
    cancel();
  };
}
