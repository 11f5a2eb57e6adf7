import type { Destination } from "@arbitex/core/host";
import type { EntityManagement } from "@arbitex/core/ocsf";
import type { Actor } from "./audit-facts.ts";
import { builders, factsOf } from "./audit-facts.ts";

/** What an operator did with the dead letters of a global destination. */
export interface GlobalAct {
  readonly kind: "replay-started" | "purged";
  readonly destination: Destination;
  readonly deadLetters: number;
}

/** The audit event of it, for the operator's SIEMs. */
export function globalEventOf(
  { kind, destination, deadLetters }: GlobalAct,
  actor: Actor,
  time: number,
): EntityManagement {
  const { id, connector } = destination;
  const what = `dead letters of the global destination ${id} (${connector.type})`;
  return builders.entityManagement({
    ...factsOf(undefined, actor, time),
    activityName: kind === "purged" ? "Purge" : "Replay",
    entity: { uid: id, name: id, type: `Global destination: ${connector.type}` },
    message:
      kind === "purged" ? `${deadLetters} ${what} were purged.` : `A replay of ${deadLetters} ${what} was started.`,
    unmapped: { dead_letters: deadLetters },
  });
}
