import { type SecurityFinding, SecurityFindingStateId } from "../generated/classes/security-finding.ts";
import { ActivityId, StatusId } from "../generated/enums.ts";
import { complete } from "./complete.ts";
import { analyticOf, type FindingFacts, whatWasDone } from "./finding-facts.ts";
import { actorOf, commonParts, endpointOf } from "./parts.ts";
import { present } from "./present.ts";
import type { BuilderSettings } from "./settings.ts";

/** Facts of a Security Finding event (2001). Absent facts are absent attributes. */
export interface SecurityFindingFacts extends FindingFacts {
  /** Default New. */
  readonly stateId?: SecurityFindingStateId | undefined;
  /** Default Success with an `action`, otherwise Unknown. */
  readonly statusId?: StatusId | undefined;
}

/**
 * Builds a Security Finding event (2001), the platform's documented class of DLP findings. OCSF deprecated it in 1.1.0,
 * which causes two warnings.
 */
export function buildSecurityFinding(facts: SecurityFindingFacts, settings: BuilderSettings): SecurityFinding {
  const common = commonParts({ ...facts, ...whatWasDone(facts) }, settings);
  const draft = {
    class_uid: 2001,
    category_uid: 2,
    activity_id: facts.activityId ?? ActivityId.Create,
    ...common,
    status_id: facts.statusId ?? (facts.action === undefined ? StatusId.Unknown : StatusId.Success),
    state_id: facts.stateId ?? SecurityFindingStateId.New,
    finding: present({
      title: facts.title,
      uid: facts.findingUid ?? common.metadata.uid ?? settings.newUid(),
      desc: facts.description,
      types: facts.types,
    }),
    ...present({
      actor: actorOf(facts),
      src_endpoint: endpointOf(facts.source),
      analytic: analyticOf(facts.rule),
      confidence_id: facts.confidenceId,
      resources: facts.resources,
    }),
  } as const;
  return complete<SecurityFinding>(draft, settings);
}
