import type { ActivityId, ConfidenceId } from "../generated/enums.ts";
import type { Analytic } from "../generated/objects/analytic.ts";
import type { ResourceDetails } from "../generated/objects/resource-details.ts";
import { joinUnmapped } from "../join-unmapped.ts";
import type { EventFacts } from "./facts.ts";
import { present } from "./present.ts";

/** What a caller may know of a finding, whichever of the two classes it is written as. */
export interface FindingFacts extends EventFacts {
  /** Create unless told. */
  readonly activityId?: ActivityId | undefined;
  readonly title: string;
  /** Identity of the finding; that of the event unless told. */
  readonly findingUid?: string | undefined;
  readonly description?: string | undefined;
  /** Kinds of what was found, such as `credit_card`. */
  readonly types?: readonly string[] | undefined;
  /** What was done about it, in the platform's word: BLOCK, REDACT, CANCEL, SKIP. Kept as `unmapped.action`, and as the disposition on 2004. */
  readonly action?: string | undefined;
  readonly confidenceId?: ConfidenceId | undefined;
  /** The rule that found it. */
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
 * The rule as OCSF's analytic, or undefined when neither its name nor its uid is known, one of which it must have. Some readers
 * take none without a name: then its uid is that as well.
 */
export function analyticOf({ uid, name, category }: RuleFacts = {}): Analytic | undefined {
  if (uid === undefined && name === undefined) return undefined;
  return present({ type_id: 1 as const, uid, name: name ?? uid, category });
}

/** The action where any reader can find it: as the detail of the status, and in the platform's own word. */
export function whatWasDone({
  statusDetail,
  unmapped,
  action,
}: FindingFacts): Pick<EventFacts, "statusDetail" | "unmapped"> {
  if (action === undefined) return { statusDetail, unmapped };
  return { statusDetail: statusDetail ?? action, unmapped: joinUnmapped(unmapped, { action }) };
}
