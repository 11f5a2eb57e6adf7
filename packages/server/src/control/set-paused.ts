import type { Host } from "@arbitex/core/host";
import { UsageError } from "../usage-error.ts";

/**
 * Pauses or resumes a destination of the operator's until it is configured anew. An organisation's is set where its
 * configuration is: here it would be overwritten by the next change.
 */
export async function setPaused(
  host: Pick<Host, "destinationOf" | "replace" | "statusOf">,
  id: string,
  paused: boolean,
): Promise<{ readonly id: string; readonly paused: boolean; readonly queued: number }> {
  const destination = host.destinationOf(id);
  if (destination === undefined) {
    throw new UsageError(`The running server has no destination "${id}": arbitex-siem status lists them.`);
  }
  if (destination.source === undefined && (destination.orgId ?? null) !== null) {
    throw new UsageError(`${id} is an organisation's: set delivery.paused in its configuration, over HTTP.`);
  }
  await host.replace({ ...destination, delivery: { ...destination.delivery, paused } });
  return { id, paused, queued: host.statusOf(id)?.queued ?? 0 };
}
