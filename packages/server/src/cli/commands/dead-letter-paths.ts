import type { Deployment } from "../../config/deployment.ts";
import { deadLetterPathsOf } from "@arbitex/core/host";

/** Every file that dead letters of this deployment may be in. */
export function deadLetterFilesOfDeployment({ destinations, settings }: Deployment): Promise<readonly string[]> {
  return deadLetterPathsOf(destinations, settings.deadLetterPath);
}
