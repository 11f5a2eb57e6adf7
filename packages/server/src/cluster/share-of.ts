import type { DestinationView } from "./destination-view.ts";

/** A server's share of a limit that holds for all live servers together; at least one. */
export function shareOf(most: number, { nodes }: Pick<DestinationView, "nodes">): number {
  return Math.ceil(most / Math.max(1, nodes()?.length ?? 1));
}
