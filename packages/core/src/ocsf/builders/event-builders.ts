import type { AccountChange } from "../generated/classes/account-change.ts";
import type { ApiActivity } from "../generated/classes/api-activity.ts";
import type { Authentication } from "../generated/classes/authentication.ts";
import type { DetectionFinding } from "../generated/classes/detection-finding.ts";
import type { EntityManagement } from "../generated/classes/entity-management.ts";
import type { SecurityFinding } from "../generated/classes/security-finding.ts";
import { type AccountChangeFacts, buildAccountChange } from "./account-change.ts";
import { type ApiActivityFacts, buildApiActivity } from "./api-activity.ts";
import { type AuthenticationFacts, buildAuthentication } from "./authentication.ts";
import { buildDetectionFinding, type DetectionFindingFacts } from "./detection-finding.ts";
import { buildEntityManagement, type EntityManagementFacts } from "./entity-management.ts";
import type { FindingFacts } from "./finding-facts.ts";
import { buildSecurityFinding, type SecurityFindingFacts } from "./security-finding.ts";
import { type BuilderOptions, builderSettings } from "./settings.ts";

/** Options of `createEventBuilders`. */
export interface EventBuildersOptions extends BuilderOptions {
  /** Class that `finding` builds: 2001 (default), as the platform documents it, or its successor 2004. */
  readonly findingClass?: 2001 | 2004;
}

/** One builder for each class of event the platform sends. */
export interface EventBuilders {
  apiActivity(facts: ApiActivityFacts): ApiActivity;
  authentication(facts: AuthenticationFacts): Authentication;
  accountChange(facts: AccountChangeFacts): AccountChange;
  entityManagement(facts: EntityManagementFacts): EntityManagement;
  securityFinding(facts: SecurityFindingFacts): SecurityFinding;
  detectionFinding(facts: DetectionFindingFacts): DetectionFinding;
  /** Builds a finding of the class in the options. */
  finding(facts: FindingFacts): SecurityFinding | DetectionFinding;
}

/**
 * Creates builders of complete OCSF events from facts. They add class, category, type, names, defaults and metadata.
 *
 * @example
 * ```ts
 * import { createEventBuilders, SeverityId } from "@arbitex/core/ocsf";
 *
 * const builders = createEventBuilders({ product: { name: "Acme Gateway", version: "4.2.0" } });
 * const event = builders.apiActivity({
 *   time: Date.now(),
 *   severityId: SeverityId.Informational,
 *   operation: "chat_completion",
 *   responseCode: 200,
 *   user: { uid: "u-17", name: "Ada" },
 * });
 * console.log(event.type_uid); // 600301
 * ```
 */
export function createEventBuilders(options: EventBuildersOptions = {}): EventBuilders {
  const settings = builderSettings(options);
  return {
    apiActivity: (facts) => buildApiActivity(facts, settings),
    authentication: (facts) => buildAuthentication(facts, settings),
    accountChange: (facts) => buildAccountChange(facts, settings),
    entityManagement: (facts) => buildEntityManagement(facts, settings),
    securityFinding: (facts) => buildSecurityFinding(facts, settings),
    detectionFinding: (facts) => buildDetectionFinding(facts, settings),
    finding: (facts) =>
      options.findingClass === 2004 ? buildDetectionFinding(facts, settings) : buildSecurityFinding(facts, settings),
  };
}
