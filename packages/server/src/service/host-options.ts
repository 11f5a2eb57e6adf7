import type { HostOptions, HostSettings } from "@arbitex/core/host";

/** A host as the deployment's settings want it, wherever its events come from. */
export function hostOptions({
  doorLimits,
  validation,
  repair,
  records,
  geoip,
  egress,
  workers,
  maxQueuedBytes,
  maxQueuedBytesPerOrg,
}: HostSettings): Partial<HostOptions> {
  return {
    doorLimits,
    validation,
    repair,
    records,
    geoip,
    egress,
    workers,
    maxQueuedBytes,
    maxQueuedBytesPerOrg,
  };
}
