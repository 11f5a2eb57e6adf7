import { type EntityManagement, EntityManagementActivityId } from "../generated/classes/entity-management.ts";
import { StatusId } from "../generated/enums.ts";
import type { ManagedEntity } from "../generated/objects/managed-entity.ts";
import { joinUnmapped } from "../join-unmapped.ts";
import { complete } from "./complete.ts";
import type { EventFacts } from "./facts.ts";
import { actorOf, commonParts, endpointOf } from "./parts.ts";
import { present } from "./present.ts";
import type { BuilderSettings } from "./settings.ts";

/** Facts of an Entity Management event (3004). Absent facts are absent attributes. */
export interface EntityManagementFacts extends EventFacts {
  /** Default Other; `activityName` then says what was done. */
  readonly activityId?: EntityManagementActivityId | undefined;
  /** Default Success. */
  readonly statusId?: StatusId | undefined;
  /** The managed entity before the activity. */
  readonly entity: ManagedEntity;
  /** The managed entity after the activity. */
  readonly entityResult?: ManagedEntity | undefined;
  /** The owning tenant, if it is not `user`'s organization. */
  readonly tenantUid?: string | undefined;
}

/**
 * Builds an Entity Management event (3004): a managed entity, such as a configuration, was created, changed or deleted.
 */
export function buildEntityManagement(facts: EntityManagementFacts, settings: BuilderSettings): EntityManagement {
  const source = endpointOf(facts.source);
  // In OCSF 1.1.0 this class has an actor only by the host profile, and no source.
  const common = commonParts(facts, settings, ["host"]);
  const tenantUid = facts.tenantUid ?? facts.org?.uid;
  const draft = {
    class_uid: 3004,
    category_uid: 3,
    activity_id: facts.activityId ?? EntityManagementActivityId.Other,
    ...common,
    metadata: tenantUid === undefined ? common.metadata : { ...common.metadata, tenant_uid: tenantUid },
    status_id: facts.statusId ?? StatusId.Success,
    entity: facts.entity,
    ...present({
      actor: actorOf(facts),
      entity_result: facts.entityResult,
      unmapped: joinUnmapped(facts.unmapped, source && { src_endpoint: source }),
    }),
  } as const;
  return complete<EntityManagement>(draft, settings);
}
