/**
 * Error codes of the official validator for events of OCSF 1.1.0, and three of this library for input that is not an
 * event.
 */
export const validationErrorCodes = [
  "attribute_required_missing",
  "attribute_wrong_type",
  "attribute_unknown",
  "attribute_enum_value_unknown",
  "attribute_enum_array_value_unknown",
  "attribute_enum_array_sibling_missing",
  "attribute_enum_array_sibling_incorrect",
  "attribute_value_exceeds_range",
  "attribute_value_exceeds_max_len",
  "attribute_value_exceeds_super_type_max_len",
  "class_uid_unknown",
  "profile_unknown",
  "type_uid_incorrect",
  "constraint_failed",
  "observable_name_invalid_reference",
  "version_incompatible_initial_development",
  "version_incompatible_prerelease",
  "version_incompatible_later",
  "json_invalid",
  "not_an_object",
  "nested_too_deep",
] as const;

/** Warning codes of the official validator for events of OCSF 1.1.0. */
export const validationWarningCodes = [
  "class_deprecated",
  "object_deprecated",
  "attribute_deprecated",
  "attribute_enum_sibling_incorrect",
  "attribute_enum_sibling_suspicious_other",
  "attribute_value_regex_not_matched",
  "attribute_recommended_missing",
  "version_earlier",
] as const;

/** Code of a validation error. */
export type ValidationErrorCode = (typeof validationErrorCodes)[number];
/** Code of a validation warning. */
export type ValidationWarningCode = (typeof validationWarningCodes)[number];

/** One error or warning about an event. */
export interface Issue<Code extends string = ValidationErrorCode | ValidationWarningCode> {
  readonly code: Code;
  /** Dotted path into the event (`resources[0].owner.uid`); empty for the event as a whole. */
  readonly path: string;
  readonly message: string;
}

/** Errors and warnings of one event, in the order found. An event without errors is valid. */
export interface ValidationResult {
  readonly errors: readonly Issue<ValidationErrorCode>[];
  readonly warnings: readonly Issue<ValidationWarningCode>[];
}
