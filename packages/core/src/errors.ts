/**
 * Every error code of this library. Codes are only added, since programs match on them. `docs/errors.md` explains each.
 */
export const errorCodes = [
  "SIEM_CONFIG_INVALID",
  "SIEM_CONNECTOR_DUPLICATE",
  "SIEM_CONNECTOR_API_VERSION",
  "SIEM_CONNECTOR_MANIFEST",
  "SIEM_CONNECTOR_LOAD",
  "SIEM_CONNECTOR_UNKNOWN",
  "SIEM_DEAD_LETTER_WRITE",
  "SIEM_DESTINATION_OPEN",
  "SIEM_HOST_STOPPED",
  "SIEM_QUEUE_FULL",
  "SIEM_TLS_FILE",
  "SIEM_REPLAY_LOCKED",
  "SIEM_GEOIP_PACKAGE",
  "SIEM_GEOIP_DATABASE",
  "SIEM_EGRESS_ADDRESS",
  "SIEM_EGRESS_PORT",
  "SIEM_EGRESS_SCHEME",
  "SIEM_PROXY_CREDENTIAL",
  "SIEM_PROXY_REFUSED",
  "SIEM_FERNET_KEY",
  "SIEM_FERNET_TOKEN",
  "SIEM_QUEUE_WRITE",
  "SIEM_QUEUE_LOCKED",
  "SIEM_QUEUE_FORMAT",
  "SIEM_QUEUE_FOLDER",
  "SIEM_DESTINATION_EXISTS",
  "SIEM_DESTINATION_UNKNOWN",
  "SIEM_DESTINATION_ORG",
  "SIEM_START_IMPOSSIBLE",
  "SIEM_DATABASE_CONNECT",
  "SIEM_DATABASE_SCHEMA",
  "SIEM_DATABASE_PACKAGE",
  "SIEM_DATABASE_LOCKED",
  "SIEM_DATABASE_UNAVAILABLE",
  "SIEM_ORG_ID",
  "SIEM_DEAD_LETTERS_FULL",
  "SIEM_FOLDER_LOCKED",
  "SIEM_BUNDLE_INVALID",
  "SIEM_BUNDLE_KEY",
  "SIEM_BUNDLE_IMPORTED",
  "SIEM_SIGNING_KEY",
  "SIEM_QUEUE_PACKAGE",
  "SIEM_QUEUE_TOPIC",
] as const;

/** Code of a `SiemError`. */
export type ErrorCode = (typeof errorCodes)[number];

/** An error of this library. Recognise it by `code`, not by class: two copies of it may be loaded. */
export class SiemError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "SiemError";
    this.code = code;
  }
}

/** Returns the message of a thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
