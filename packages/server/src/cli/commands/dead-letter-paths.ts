import type { Deployment } from "../../config/deployment.ts";
import { letterPathsOf } from "@arbitex/core/host";

/** Every file that dead letters of this deployment may be in. */
export function letterFilesOfDeployment({ destinations, settings }: Deployment): Promise<readonly string[]> {
  return letterPathsOf(destinations, settings.deadLetterPath);
}
