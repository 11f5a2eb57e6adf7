/** OCSF 1.1.0: types, builders, a validator that agrees with the official one, and the mapping of audit records. */
export { commonAttributes } from "./common-attributes.ts";
export type { TypedEvent } from "./generated/classes/index.ts";
export type * as classes from "./generated/classes/index.ts";
export type * as objects from "./generated/objects/index.ts";
export type { AccountChange } from "./generated/classes/account-change.ts";
export type { ApiActivity } from "./generated/classes/api-activity.ts";
export type { Authentication } from "./generated/classes/authentication.ts";
export type { DetectionFinding } from "./generated/classes/detection-finding.ts";
export type { EntityManagement } from "./generated/classes/entity-management.ts";
export type { SecurityFinding } from "./generated/classes/security-finding.ts";

// Constants of common enums. Those of one class or object are in a separate module, such as
// `./ocsf/classes/dns-activity`, so that only what is used is loaded.
export { AccountChangeActivityId } from "./generated/classes/account-change.ts";
export { ApiActivityActivityId } from "./generated/classes/api-activity.ts";
export { AuthenticationActivityId } from "./generated/classes/authentication.ts";
export { DetectionFindingStatusId } from "./generated/classes/detection-finding.ts";
export { EntityManagementActivityId } from "./generated/classes/entity-management.ts";
export { SecurityFindingStateId } from "./generated/classes/security-finding.ts";
export {
  ActionId,
  ActivityId,
  AuthProtocolId,
  CategoryUid,
  ClassUid,
  ConfidenceId,
  DispositionId,
  HttpMethod,
  SeverityId,
  StatusId,
} from "./generated/enums.ts";
export { arbitexExtension, profileNames, schemaVersion } from "./generated/schema-tables.ts";

export { type Address, readAddress } from "./address.ts";
export type { JsonObject } from "./json-value.ts";
export type { SchemaName } from "./schema/schema-source.ts";
export { type ValidateOptions, validate } from "./validate.ts";
export { type LineVerdict, validateLine, validateText } from "./validate-text.ts";
export {
  type Issue,
  type ValidationErrorCode,
  type ValidationResult,
  type ValidationWarningCode,
  validationErrorCodes,
  validationWarningCodes,
} from "./validation/codes.ts";

export { checkShape, type RequiredShape, type ShapeIssue } from "./check-shape.ts";
export { type Repair, repair } from "./repair.ts";
export { type Rendering, render } from "./rendering.ts";
export { toVersion } from "./version/to-version.ts";
export type { OcsfVersion } from "./version/version-changes.ts";
export { floatAttributes, stringifyEvent } from "./stringify-event.ts";
export { createUuidv7Source, uuidv7, type Uuidv7SourceOptions } from "./uuidv7.ts";

export type { AccountChangeFacts } from "./builders/account-change.ts";
export type { ApiActivityFacts } from "./builders/api-activity.ts";
export type { AuthenticationFacts } from "./builders/authentication.ts";
export type { DetectionFindingFacts } from "./builders/detection-finding.ts";
export type { EntityManagementFacts } from "./builders/entity-management.ts";
export { createEventBuilders, type EventBuilders, type EventBuildersOptions } from "./builders/event-builders.ts";
export type { EndpointFacts, EventFacts, OrganizationFacts, RequestFacts, UserFacts } from "./builders/facts.ts";
export type { FindingFacts, RuleFacts } from "./builders/finding-facts.ts";
export type { SecurityFindingFacts } from "./builders/security-finding.ts";
export type { BuilderOptions } from "./builders/settings.ts";

export { type ActionMapping, type ActionRow, actionTable } from "./audit/action.ts";
export { type MappedAction, mapAction } from "./audit/map-action.ts";
export {
  type AuditRecordEvent,
  type AuditRecordOptions,
  createAuditRecordMapper,
  fromAuditRecord,
} from "./from-audit-record.ts";
