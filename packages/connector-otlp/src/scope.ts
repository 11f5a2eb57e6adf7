/** OpenTelemetry's instrumentation scope of the log records. */
export const SCOPE_NAME = "arbitex.ocsf";
