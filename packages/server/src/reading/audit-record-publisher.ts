import type { Host } from "@arbitex/core/host";
import type { Publisher } from "./publish-events.ts";

/** Publishes texts as audit records of the platform instead of events. */
export function auditRecordPublisher(host: Pick<Host, "publishAuditRecordBytes">): Publisher {
  return { publishBytes: (texts, options) => host.publishAuditRecordBytes(texts, options) };
}
