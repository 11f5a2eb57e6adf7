/** What wrote the log records, as OpenTelemetry's instrumentation scope. */
export const SCOPE_NAME = "arbitex.ocsf";
