import type { HostOptions, HostSettings } from "@arbitex/core/host";

/** What a host is told of the events that come in. */
export function intakeOptions({ doorLimits, validation, repair, records, geoip }: HostSettings): Partial<HostOptions> {
  return { doorLimits, validation, repair, records, geoip };
}
