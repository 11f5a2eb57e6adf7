import type { HostOptions } from "@arbitex/core/host";
import { hostRedaction } from "../config/redaction-settings.ts";
import { openSignerFile } from "@arbitex/core/host";
import type { HostSettings } from "../config/deployment.ts";
import { signingKeyPath } from "../config/signing-key-path.ts";

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
  queue,
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
    openSigner: () => openSignerFile(signingKeyPath(queue)),
  };
}
