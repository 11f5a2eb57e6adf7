import type { Host } from "@arbitex/core/host";
import type { Publisher } from "./publish-events.ts";

/** Takes texts as audit records of the platform where else they would be events. */
export function recordPublisher(host: Pick<Host, "publishRecordTexts">): Publisher {
  return { publishTexts: (texts, options) => host.publishRecordTexts(texts, options) };
}
