import type { HostOptions } from "@arbitex/core/host";
import type { HostSettings } from "../config/deployment.ts";

/** A host as the deployment's settings want it, wherever its events come from. */
export function hostOptions({
  intakeLimits,
  validation,
  repair,
  auditRecords,
  geoip,
  egress,
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
    workers,
    maxQueuedBytes,
    maxQueuedBytesPerOrg,
  };
}
