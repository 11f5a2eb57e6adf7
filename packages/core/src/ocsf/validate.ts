import { isJsonObject, isWrittenAsInteger, type JsonObject } from "./json-value.ts";
import { isProfile, schemaPlans } from "./schema/schema-plans.ts";
import type { SchemaName } from "./schema/schema-source.ts";
import type { ValidationResult } from "./validation/codes.ts";
import { addError, addMissing, addWarning, addWrongType, describe, type Findings } from "./validation/findings.ts";
import { judgeAttributes, judgeConstraints } from "./validation/judge-item.ts";
import { judgeObservables } from "./validation/judge-observables.ts";
import { isInteger } from "./validation/judge-scalar.ts";
import { judgeVersion } from "./validation/judge-version.ts";

/** Options of `validate`. */
export interface ValidateOptions {
  /** `base` (default) is plain OCSF 1.1.0; `extended` includes the arbitex extension. */
  readonly schema?: SchemaName;
  /** Also warn of missing recommended attributes. Default false, as in the official validator. */
  readonly missingRecommended?: boolean;
}

/**
 * Validates a parsed event like the official OCSF validator: same codes, same paths, same split into errors and warnings.
 *
 * Numbers are judged as `JSON.stringify` writes them, so `39` in a float attribute is an error. If the text is available,
 * use `validateText`, which distinguishes `39` from `39.0`.
 *
 * @example
 * ```ts
 * import { validate } from "@arbitex/core/ocsf";
 *
 * const { errors } = validate({ class_uid: 6003, time: Date.now(), severity_id: "high" }, { schema: "extended" });
 * for (const { code, path, message } of errors) console.log(code, path, message);
 * ```
 */
export function validate(event: unknown, options: ValidateOptions = {}): ValidationResult {
  const findings: Findings = { errors: [], warnings: [], missingRecommended: options.missingRecommended ?? false };
  if (isJsonObject(event)) judgeEvent(findings, event, options.schema ?? "base");
  else addError(findings, "not_an_object", "", `An event is a JSON object, not ${describe(event)}.`);
  return { errors: findings.errors, warnings: findings.warnings };
}

function judgeEvent(findings: Findings, event: JsonObject, schema: SchemaName): void {
  const uid = event.class_uid;
  // Without a class nothing can be judged: the three cases below end the validation, as in the official code.
  if (uid === undefined) return addMissing(findings, "class_uid");
  if (!isInteger(uid)) return addWrongType(findings, "class_uid", uid, "integer_t");
  const profiles = profilesOf(event);
  const plan = schemaPlans(schema, profiles).classPlan(Number(uid));
  if (plan === undefined)
    return addError(findings, "class_uid_unknown", "class_uid", `OCSF 1.1.0 has no class ${uid}.`);

  for (const [index, profile] of profiles.entries()) {
    if (typeof profile !== "string" || isProfile(profile)) continue;
    const path = `metadata.profiles[${index}]`;
    addError(findings, "profile_unknown", path, `${path} names no profile of OCSF 1.1.0.`);
  }
  const { deprecated, name } = plan.source;
  if (deprecated !== undefined) {
    const message = `Class ${name} is deprecated since ${deprecated.since}. ${deprecated.message}`;
    addWarning(findings, "class_deprecated", "", message);
  }
  judgeAttributes(findings, event, plan, "");
  judgeVersion(findings, event.metadata);
  judgeTypeUid(findings, event);
  judgeConstraints(findings, event, plan, "");
  judgeObservables(findings, event.observables, plan);
}

function profilesOf(event: JsonObject): readonly unknown[] {
  const profiles = isJsonObject(event.metadata) ? event.metadata.profiles : undefined;
  return Array.isArray(profiles) ? profiles : [];
}

function judgeTypeUid(findings: Findings, event: JsonObject): void {
  const classUid = wholeNumber(event.class_uid);
  const activityId = wholeNumber(event.activity_id);
  const typeUid = wholeNumber(event.type_uid);
  if (classUid === undefined || activityId === undefined || typeUid === undefined) return;
  const expected = classUid * 100n + activityId;
  if (typeUid === expected) return;
  const message = `type_uid must be ${expected}: class_uid times 100 plus activity_id.`;
  addError(findings, "type_uid_incorrect", "type_uid", message);
}

/** Returns an integer of any size: one too large for its type is still an integer here. */
function wholeNumber(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value;
  return typeof value === "number" && isWrittenAsInteger(value) ? BigInt(value) : undefined;
}
