import { SeverityId, StatusId } from "../generated/enums.ts";
import type { Outcome } from "./outcome.ts";

/** Classes whose outcome is the status. A finding's is the life of the finding. */
export type OutcomeClass = "apiActivity" | "authentication" | "accountChange";

/** OCSF's status of an outcome. */
export const statusOfOutcome: Readonly<Record<Outcome, StatusId>> = {
  success: StatusId.Success,
  changed: StatusId.Success,
  pending: StatusId.Unknown,
  failed: StatusId.Failure,
  refused: StatusId.Failure,
};

/** The least severity that an outcome gives an event. The action's own counts where it is higher. */
export const severityOfOutcome: Readonly<Record<OutcomeClass, Readonly<Record<Outcome, SeverityId>>>> = {
  apiActivity: {
    success: SeverityId.Informational,
    changed: SeverityId.Low,
    pending: SeverityId.Low,
    failed: SeverityId.Low,
    refused: SeverityId.Medium,
  },
  authentication: {
    success: SeverityId.Informational,
    changed: SeverityId.Informational,
    pending: SeverityId.Informational,
    failed: SeverityId.Medium,
    refused: SeverityId.Medium,
  },
  accountChange: {
    success: SeverityId.Informational,
    changed: SeverityId.Informational,
    pending: SeverityId.Informational,
    failed: SeverityId.Low,
    refused: SeverityId.Medium,
  },
};

export interface Judgement {
  readonly statusId: StatusId;
  readonly severityId: SeverityId;
}

/** Status and severity by what was done. Where nobody says, the action's own. What is called a failure stays one. */
export function judge(of: OutcomeClass, own: Judgement, outcome: Outcome | undefined): Judgement {
  if (outcome === undefined) return own;
  const statusId = own.statusId === StatusId.Failure ? own.statusId : statusOfOutcome[outcome];
  return { statusId, severityId: higher(own.severityId, severityOfOutcome[of][outcome]) };
}

export function higher(one: SeverityId, other: SeverityId): SeverityId {
  return one > other ? one : other;
}
