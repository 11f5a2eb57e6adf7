import type { DestinationStatus } from "@arbitex/core/host";

/** Whether a host with these destinations has room for events: no more than all but one of the queues is full. */
export function hasRoom(destinations: readonly DestinationStatus[]): boolean {
  return destinations.length === 0 || destinations.some(({ isFull }) => !isFull);
}
