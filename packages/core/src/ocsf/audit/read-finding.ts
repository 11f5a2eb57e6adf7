import { StatusId } from "../generated/enums.ts";
import { isJsonObject, type JsonObject } from "../json-value.ts";
import type { ActionMapping } from "./action.ts";
import { measureOfWord, foundOf, severityOfFinding } from "./finding-severity.ts";
import { higher, type Judgement } from "./judgement.ts";
import type { Outcome } from "./outcome.ts";
import { detailOf, placesOf, textOf } from "./audit-record-values.ts";

type FindingMapping = Extract<ActionMapping, { class: "finding" }>;

/**
 * Returns the action taken on a finding, in capitals: the audit record's action, else its outcome if that is one of the
 * platform's words, else the action's name.
 */
export function takenAction(auditRecord: JsonObject, { action }: FindingMapping): string | undefined {
  const taken = detailOf(auditRecord, "action_taken")?.toUpperCase();
  const outcome = detailOf(auditRecord, "outcome")?.toUpperCase();
  return taken ?? (outcome !== undefined && Object.hasOwn(measureOfWord, outcome) ? outcome : undefined) ?? action;
}

/** Returns severity by kind and action taken, and status by whether anything was done. */
export function judgeFinding(
  auditRecord: JsonObject,
  { mapping, taken, outcome }: { mapping: FindingMapping; taken: string | undefined; outcome: Outcome | undefined },
): Judgement {
  if (mapping.decision !== undefined) return mapping.decision;
  const measure =
    (taken !== undefined && Object.hasOwn(measureOfWord, taken) ? measureOfWord[taken] : undefined) ?? "unsaid";
  const found = mapping.found ?? (auditRecord["credint_hit"] === true ? "credentials" : foundOf(kindsOf(auditRecord)));
  const severities = severityOfFinding[found];
  // A block is what should have been done; an error means it was not.
  const isFailed = outcome === "failed";
  const isDone = taken !== undefined && measure !== "undecided";
  return {
    severityId: isFailed ? higher(severities[measure], severities["let through"]) : severities[measure],
    statusId: isFailed ? StatusId.Failure : isDone ? StatusId.Success : StatusId.Unknown,
  };
}

/** Returns the kinds of a finding, each once. The findings themselves stay under `unmapped`. */
export function kindsOf(auditRecord: JsonObject): readonly string[] {
  const kinds = placesOf(auditRecord).flatMap((place) => [
    ...listOf(place["dlp_findings"]).map((found) => (isJsonObject(found) ? textOf(found, "entity_type") : undefined)),
    ...listOf(place["dlp_labels"]),
    place["entity_type"],
    place["entity_category"],
  ]);
  return [...new Set(kinds.filter((kind): kind is string => typeof kind === "string" && kind !== ""))];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function titleOf(action: string, taken: string | undefined): string {
  const subject = action.toLowerCase().startsWith("dlp")
    ? "DLP rule triggered"
    : action.replaceAll(/[_.]+/g, " ").trim();
  return taken === undefined ? subject || "Finding" : `${subject || "Finding"}: ${taken}`;
}
