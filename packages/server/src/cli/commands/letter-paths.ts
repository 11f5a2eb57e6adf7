import type { Deployment } from "@arbitex/core/host";
import { letterPathsOf } from "@arbitex/core/host";

/** Every file that dead letters of this deployment may be in. */
export function letterFilesOfDeployment({ destinations, settings }: Deployment): Promise<readonly string[]> {
  return letterPathsOf(destinations, settings.deadLetterPath);
}
