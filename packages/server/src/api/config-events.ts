import type { Host } from "@arbitex/core/host";
import type { EntityManagement } from "@arbitex/core/ocsf";
import { EntityManagementActivityId } from "@arbitex/core/ocsf";
import { messageOf } from "../message-of.ts";
import type { Actor } from "./audit-facts.ts";
import { builders, factsOf } from "./audit-facts.ts";
import type { SiemConfig } from "../organisations/configs/siem-config.ts";

export type ConfigChange =
  | { readonly kind: "created"; readonly config: SiemConfig; readonly changed: readonly string[] }
  | {
      readonly kind: "updated";
      readonly config: SiemConfig;
      readonly before: SiemConfig;
      readonly changed: readonly string[];
    }
  | { readonly kind: "deleted"; readonly config: SiemConfig; readonly leftover: string }
  | { readonly kind: "replay-started"; readonly config: SiemConfig; readonly deadLetters: number };

/**
 * The audit event of a configuration change, for the organisation's SIEMs. It names changed settings, never their
 * values.
 */
export function auditEventOf(change: ConfigChange, actor: Actor, time: number): EntityManagement {
  const { config } = change;
  const entity = entityOf(config);
  const facts = factsOf(config.orgId, actor, time);
  const what = `SIEM configuration ${config.name ?? config.id} (${config.connectorType})`;
  switch (change.kind) {
    case "created":
      return builders.entityManagement({
        ...facts,
        activityId: EntityManagementActivityId.Create,
        entity,
        message: `${what} was created.`,
        unmapped: { changed_settings: change.changed },
      });
    case "updated":
      return builders.entityManagement({
        ...facts,
        activityId: EntityManagementActivityId.Update,
        entity: entityOf(change.before),
        entityResult: entity,
        message: `${what} was changed: ${change.changed.join(", ")}.`,
        unmapped: { changed_settings: change.changed },
      });
    case "deleted":
      return builders.entityManagement({
        ...facts,
        activityId: EntityManagementActivityId.Delete,
        entity,
        message: `${what} was deleted.`,
        unmapped: { leftover: change.leftover },
      });
    case "replay-started":
      return builders.entityManagement({
        ...facts,
        activityName: "Replay",
        entity,
        message: `A replay of ${change.deadLetters} dead letters of ${what} was started.`,
        unmapped: { letters: change.deadLetters },
      });
    default:
      return change satisfies never;
  }
}

function entityOf({ id, name, connectorType, version }: SiemConfig) {
  return {
    uid: id,
    ...(name !== null && { name }),
    type: `SIEM configuration: ${connectorType}`,
    version: String(version),
  };
}

/** Publishes the audit event of a change. When that fails, the change stands and the failure is reported. */
export async function publishAuditEvent(
  host: Pick<Host, "publish">,
  event: EntityManagement,
  onFailure: (error: Error) => void,
): Promise<void> {
  try {
    const { rejected } = await host.publish(event, { validation: "full" });
    const [first] = rejected.flatMap(({ errors }) => errors);
    if (first !== undefined) onFailure(new Error(`${first.path}: ${first.message} (${event.message ?? ""})`));
  } catch (cause) {
    const reason = messageOf(cause);
    onFailure(new Error(`no SIEM was told: ${event.message ?? ""} ${reason}`, { cause }));
  }
}
