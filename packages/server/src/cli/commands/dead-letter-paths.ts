import type { Deployment } from "../../config/deployment.ts";
import { deadLetterPathsOf } from "@arbitex/core/host";

/** Every file that may contain dead letters of this deployment. */
export function deadLetterFilesOfDeployment({ destinations, settings }: Deployment): Promise<readonly string[]> {
  return deadLetterPathsOf(destinations, settings.deadLetterPath);
}
