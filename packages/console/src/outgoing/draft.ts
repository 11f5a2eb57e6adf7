import { isRecord, recordOf } from "../api/problem.ts";
import type { Settings } from "../api/types.ts";
import type { Conditions } from "./conditions.ts";
import { celOf, conditionsOf, isWhole } from "./conditions.ts";

export const ACTIONS = ["drop", "mask", "hmac", "keep_last"] as const;

export type Action = (typeof ACTIONS)[number];

/** What becomes of one path of each event. */
export interface Rule {
  readonly path: string;
  readonly action: Action;
  /** Characters that are kept with `keep_last`. */
  readonly count: string;
}

/** How much of a class is kept, in percent. */
export interface Share {
  readonly classUid: string;
  readonly percent: string;
}

/** What is entered of a destination's filter, sampling and redaction. */
export interface OutgoingDraft {
  readonly minSeverity: string;
  readonly classUids: readonly number[];
  readonly conditions: Conditions;
  /** An expression that is written by hand, in place of the conditions. */
  readonly cel: string | undefined;
  readonly shares: readonly Share[];
  readonly rules: readonly Rule[];
  /** Empty for the version that events are accepted in. */
  readonly ocsfVersion: string;
}

/** The draft that a saved `filter` and `delivery` begin with. */
export function draftOf(filter: Settings, { redact, ocsf_version: version }: Settings): OutgoingDraft {
  const { min_severity_id: minimum, class_uids: uids, cel, sample } = filter;
  const text = typeof cel === "string" ? cel : "";
  const conditions = conditionsOf(text);
  return {
    minSeverity: typeof minimum === "number" ? `${minimum}` : "",
    classUids: Array.isArray(uids) ? uids.map(Number) : [],
    conditions: conditions ?? { match: "all", rows: [] },
    cel: conditions === undefined ? text : undefined,
    shares: Object.entries(recordOf(sample)).map(([classUid, share]) => ({ classUid, percent: percentOf(share) })),
    rules: Array.isArray(redact) ? redact.map(ruleOf) : [],
    ocsfVersion: typeof version === "string" && version !== "1.1" ? version : "",
  };
}

/** The `filter` to save. */
export function filterOf({ minSeverity, classUids, conditions, cel, shares }: OutgoingDraft): Settings {
  const expression = (cel ?? celOf(conditions)).trim();
  const whole = shares.filter(({ classUid, percent }) => classUid !== "" && percent !== "");
  return {
    ...(minSeverity !== "" && { min_severity_id: Number(minSeverity) }),
    ...(classUids.length > 0 && { class_uids: classUids }),
    ...(expression !== "" && { cel: expression }),
    ...(whole.length > 0 && {
      sample: Object.fromEntries(whole.map(({ classUid, percent }) => [classUid, shareOf(percent)])),
    }),
  };
}

/** The rules to save and to try. */
export function redactOf({ rules }: OutgoingDraft): readonly unknown[] {
  return rules.filter(hasPath).map(({ path, action, count }) => ({
    path: path.trim(),
    action: action === "keep_last" ? { keep_last: Number(count) } : action,
  }));
}

/** The `delivery` to save: the server replaces it as a whole, so its other settings are kept. */
export function deliveryOf(draft: OutgoingDraft, saved: Settings): Settings {
  const { redact: _redact, ocsf_version: _version, ...others } = saved;
  const redact = redactOf(draft);
  return {
    ...others,
    ...(redact.length > 0 && { redact }),
    ...(draft.ocsfVersion !== "" && { ocsf_version: draft.ocsfVersion }),
  };
}

/** Rows that are not filled in, by the names of their fields. */
export function missingIn({ conditions, cel, shares, rules }: OutgoingDraft): ReadonlySet<string> {
  const rows = cel === undefined ? conditions.rows : [];
  return new Set([
    ...rows.flatMap((row, at) => (isWhole(row) ? [] : [`condition.${at}`])),
    ...shares.flatMap((share, at) => (isShare(share) ? [] : [`share.${at}`])),
    ...rules.flatMap((rule, at) => (hasPath(rule) ? [] : [`redact.${at}`])),
  ]);
}

function hasPath({ path }: Rule): boolean {
  return path.trim() !== "";
}

function isShare({ classUid, percent }: Share): boolean {
  const value = Number(percent);
  return classUid !== "" && percent.trim() !== "" && value >= 0 && value <= 100;
}

/** Divided so that 10 % is 0.1, and 0.3 % no endless fraction. */
function shareOf(percent: string): number {
  return Number((Number(percent) / 100).toPrecision(12));
}

function percentOf(share: unknown): string {
  return `${Number((Number(share) * 100).toPrecision(12))}`;
}

function ruleOf(written: unknown): Rule {
  const { path, action } = recordOf(written);
  const count = isRecord(action) ? action["keep_last"] : undefined;
  const known = ACTIONS.find((each) => each === action) ?? (count === undefined ? "drop" : "keep_last");
  return { path: typeof path === "string" ? path : "", action: known, count: `${Number(count ?? 4)}` };
}
