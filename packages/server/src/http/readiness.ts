import type { Destination, DestinationStatus } from "@arbitex/core/host";
import { defaultDelivery } from "@arbitex/core/host";

/** Whether a host with these destinations has room for events: no more than all but one of the queues is full. */
export function hasRoom(destinations: readonly Destination[], statuses: readonly DestinationStatus[]): boolean {
  if (statuses.length === 0) return true;
  const settings = new Map(destinations.map(({ id, delivery }) => [id, { ...defaultDelivery, ...delivery }]));
  return statuses.some(({ id, queued, queueBytes }) => {
    const { maxQueuedEvents, maxQueuedBytes } = settings.get(id) ?? defaultDelivery;
    return queued < maxQueuedEvents && queueBytes < maxQueuedBytes;
  });
}
