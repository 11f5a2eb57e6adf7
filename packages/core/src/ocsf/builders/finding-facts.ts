import type { ActivityId, ConfidenceId } from "../generated/enums.ts";
import type { Analytic } from "../generated/objects/analytic.ts";
import type { ResourceDetails } from "../generated/objects/resource-details.ts";
import { joinUnmapped } from "../join-unmapped.ts";
import type { EventFacts } from "./facts.ts";
import { present } from "./present.ts";

/** Facts of a finding, for either class. */
export interface FindingFacts extends EventFacts {
  /** Default Create. */
  readonly activityId?: ActivityId | undefined;
  readonly title: string;
  /** Id of the finding. Default: the event's. */
  readonly findingUid?: string | undefined;
  readonly description?: string | undefined;
  /** Kinds of findings, such as `credit_card`. */
  readonly types?: readonly string[] | undefined;
  /**
   * Action taken, in the platform's word: BLOCK, REDACT, CANCEL, SKIP. Kept as `unmapped.action`, and as the
   * disposition of 2004.
   */
  readonly action?: string | undefined;
  readonly confidenceId?: ConfidenceId | undefined;
  /** The rule that made the finding. */
  readonly rule?: RuleFacts | undefined;
  readonly resources?: readonly ResourceDetails[] | undefined;
}

/** The rule that made a finding. */
export interface RuleFacts {
  readonly uid?: string | undefined;
  readonly name?: string | undefined;
  readonly category?: string | undefined;
}

/**
 * Converts a rule to OCSF's analytic; undefined without name and uid, one of which is required. Some readers require a
 * name, so the uid serves as one if needed.
 */
export function analyticOf({ uid, name, category }: RuleFacts = {}): Analytic | undefined {
  if (uid === undefined && name === undefined) return undefined;
  return present({ type_id: 1 as const, uid, name: name ?? uid, category });
}

/** Writes the action taken where any reader finds it: as status detail, and in the platform's word. */
export function whatWasDone({
  statusDetail,
  unmapped,
  action,
}: FindingFacts): Pick<EventFacts, "statusDetail" | "unmapped"> {
  if (action === undefined) return { statusDetail, unmapped };
  return { statusDetail: statusDetail ?? action, unmapped: joinUnmapped(unmapped, { action }) };
}
