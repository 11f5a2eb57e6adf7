import { SeverityId, StatusId } from "../generated/enums.ts";
import type { Outcome } from "./outcome.ts";

/** Classes whose status is the outcome. A finding's status is its state. */
export type OutcomeClass = "apiActivity" | "authentication" | "accountChange";

/** OCSF status by outcome. */
export const statusOfOutcome: Readonly<Record<Outcome, StatusId>> = {
  success: StatusId.Success,
  changed: StatusId.Success,
  pending: StatusId.Unknown,
  failed: StatusId.Failure,
  refused: StatusId.Failure,
};

/** Least severity by outcome. The action's own severity applies if it is higher. */
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

/** Returns status and severity by outcome; without one, the action's own. An action named as a failure stays one. */
export function judge(of: OutcomeClass, own: Judgement, outcome: Outcome | undefined): Judgement {
  if (outcome === undefined) return own;
  const statusId = own.statusId === StatusId.Failure ? own.statusId : statusOfOutcome[outcome];
  return { statusId, severityId: higher(own.severityId, severityOfOutcome[of][outcome]) };
}

export function higher(one: SeverityId, other: SeverityId): SeverityId {
  return one > other ? one : other;
}
