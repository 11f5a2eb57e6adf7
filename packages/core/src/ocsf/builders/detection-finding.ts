import { type DetectionFinding, DetectionFindingStatusId } from "../generated/classes/detection-finding.ts";
import { ActionId, ActivityId, DispositionId } from "../generated/enums.ts";
import { complete } from "./complete.ts";
import { analyticOf, type FindingFacts, whatWasDone } from "./finding-facts.ts";
import { actorOf, commonParts, endpointOf } from "./parts.ts";
import { present } from "./present.ts";
import type { BuilderSettings } from "./settings.ts";

/** Facts of a Detection Finding event (2004). Absent facts are absent attributes. */
export interface DetectionFindingFacts extends FindingFacts {
  /** Default New. */
  readonly statusId?: DetectionFindingStatusId | undefined;
}

/**
 * Builds a Detection Finding event (2004), OCSF's successor of 2001. It has an attribute for the action taken
 * (`disposition_id`). Actor and source have no top-level attribute and are in `evidences`.
 */
export function buildDetectionFinding(facts: DetectionFindingFacts, settings: BuilderSettings): DetectionFinding {
  const disposition = dispositionOf(facts.action);
  const profiles = disposition === undefined ? undefined : ["security_control"];
  const common = commonParts({ ...facts, ...whatWasDone(facts) }, settings, profiles);
  const evidence = present({ actor: actorOf(facts), src_endpoint: endpointOf(facts.source) });
  const draft = {
    class_uid: 2004,
    category_uid: 2,
    activity_id: facts.activityId ?? ActivityId.Create,
    ...common,
    status_id: facts.statusId ?? DetectionFindingStatusId.New,
    finding_info: present({
      title: facts.title,
      uid: facts.findingUid ?? common.metadata.uid ?? settings.newUid(),
      desc: facts.description,
      types: facts.types,
      analytic: analyticOf(facts.rule),
    }),
    ...disposition,
    ...present({
      evidences: Object.keys(evidence).length === 0 ? undefined : [evidence],
      confidence_id: facts.confidenceId,
      resources: facts.resources,
    }),
  } as const;
  return complete<DetectionFinding>(draft, settings);
}

interface Disposition {
  readonly action_id: ActionId;
  readonly disposition_id: DispositionId;
  readonly action?: string;
  readonly disposition?: string;
}

/** Converts the platform's word for the action taken to OCSF. */
function dispositionOf(action: string | undefined): Disposition | undefined {
  if (action === undefined) return undefined;
  switch (action.toUpperCase()) {
    case "BLOCK":
    case "CANCEL":
      return { action_id: ActionId.Denied, disposition_id: DispositionId.Blocked };
    case "REDACT":
      return { action_id: ActionId.Allowed, disposition_id: DispositionId.Corrected };
    case "SKIP":
      return { action_id: ActionId.Allowed, disposition_id: DispositionId.NoAction };
    case "ALLOW":
    case "ALLOW_WITH_OVERRIDE":
    case "ROUTE_TO":
      return { action_id: ActionId.Allowed, disposition_id: DispositionId.Detected };
    default:
      // Another word, such as PROMPT or REQUIRE_APPROVAL: not decided yet.
      return { action_id: ActionId.Other, action, disposition_id: DispositionId.Other, disposition: action };
  }
}
