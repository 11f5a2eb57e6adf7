import { join } from "node:path";
import type { QueueSettings } from "./deployment.ts";

/** The keys that sign checkpoints are beside the queue, whose streams they belong to. */
export function signingKeyPath({ path }: Pick<QueueSettings, "path">): string {
  return join(path, "signing-keys.json");
}
