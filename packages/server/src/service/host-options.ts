import type { HostOptions } from "@arbitex/core/host";
import { hostRedaction } from "../config/redaction-settings.ts";
import type { HostSettings } from "../config/deployment.ts";

/** The options of a host by the deployment's settings, for a server and for an input file. */
export function hostOptions({
  intakeLimits,
  validation,
  repair,
  auditRecords,
  geoip,
  egress,
  redaction,
  workers,
  maxQueuedBytes,
  maxQueuedBytesPerOrg,
}: HostSettings): Partial<HostOptions> {
  return {
    intakeLimits,
    validation,
    repair,
    auditRecords,
    geoip,
    egress,
    redaction: hostRedaction(redaction),
    workers,
    maxQueuedBytes,
    maxQueuedBytesPerOrg,
  };
}
