import type { Host } from "@arbitex/core/host";
import type { Publisher } from "./publish-events.ts";

/** Takes texts as audit records of the platform where else they would be events. */
export function auditRecordPublisher(host: Pick<Host, "publishAuditRecordTexts">): Publisher {
  return { publishTexts: (texts, options) => host.publishAuditRecordTexts(texts, options) };
}
