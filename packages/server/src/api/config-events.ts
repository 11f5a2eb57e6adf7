import type { Host } from "@arbitex/core/host";
import type { EntityManagement } from "@arbitex/core/ocsf";
import { createEventBuilders, EntityManagementActivityId } from "@arbitex/core/ocsf";
import type { Caller } from "../access/access.ts";
import type { SiemConfig } from "../organisations/configs/siem-config.ts";

/** Who did something, and from where. */
export interface Actor {
  readonly caller: Caller;
  readonly address: string;
}

export type ConfigDeed =
  | { readonly kind: "created"; readonly config: SiemConfig; readonly changed: readonly string[] }
  | {
      readonly kind: "updated";
      readonly config: SiemConfig;
      readonly before: SiemConfig;
      readonly changed: readonly string[];
    }
  | { readonly kind: "deleted"; readonly config: SiemConfig; readonly leftover: string }
  | { readonly kind: "replay-started"; readonly config: SiemConfig; readonly letters: number };

const builders = createEventBuilders({ product: { name: "Arbitex SIEM connectors" } });

/** What was done to a configuration, as an event for the organisation's SIEMs: names of settings, never their values. */
export function configEvent(deed: ConfigDeed, { caller, address }: Actor, time: number): EntityManagement {
  const { config } = deed;
  const entity = entityOf(config);
  const isOwn = caller.scopes.some((scope) => scope.kind === "org" && scope.orgId.toLowerCase() === config.orgId);
  const facts = {
    time,
    user: { name: caller.name },
    // An administrator acts for the organisation and does not belong to it.
    ...(isOwn ? { org: { uid: config.orgId } } : { tenantUid: config.orgId }),
    source: { ip: address },
  };
  const what = `SIEM configuration ${config.name ?? config.id} (${config.connectorType})`;
  switch (deed.kind) {
    case "created":
      return builders.entityManagement({
        ...facts,
        activityId: EntityManagementActivityId.Create,
        entity,
        message: `${what} was created.`,
        unmapped: { changed_settings: deed.changed },
      });
    case "updated":
      return builders.entityManagement({
        ...facts,
        activityId: EntityManagementActivityId.Update,
        entity: entityOf(deed.before),
        entityResult: entity,
        message: `${what} was changed: ${deed.changed.join(", ")}.`,
        unmapped: { changed_settings: deed.changed },
      });
    case "deleted":
      return builders.entityManagement({
        ...facts,
        activityId: EntityManagementActivityId.Delete,
        entity,
        message: `${what} was deleted.`,
        unmapped: { leftover: deed.leftover },
      });
    case "replay-started":
      return builders.entityManagement({
        ...facts,
        activityName: "Replay",
        entity,
        message: `A replay of ${deed.letters} dead letters of ${what} was started.`,
        unmapped: { letters: deed.letters },
      });
    default:
      return deed satisfies never;
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

/** Tells of a deed. It is done, so that its answer stands; but a deed that no SIEM hears of must show somewhere. */
export async function publishDeed(
  host: Pick<Host, "publish">,
  event: EntityManagement,
  onFailure: (error: Error) => void,
): Promise<void> {
  try {
    const { rejected } = await host.publish(event, { validation: "full" });
    const [first] = rejected.flatMap(({ errors }) => errors);
    if (first !== undefined) onFailure(new Error(`${first.path}: ${first.message} (${event.message ?? ""})`));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    onFailure(new Error(`no SIEM was told: ${event.message ?? ""} ${reason}`, { cause }));
  }
}
