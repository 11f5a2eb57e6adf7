import type { Host } from "@arbitex/core/host";
import type { Publisher } from "./publish-events.ts";

/** Publishes texts as audit records of the platform instead of events. */
export function auditRecordPublisher(host: Pick<Host, "publishAuditRecordTexts">): Publisher {
  return { publishTexts: (texts, options) => host.publishAuditRecordTexts(texts, options) };
}
