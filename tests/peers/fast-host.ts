import { elastic } from "@arbitex/connector-elastic";
import type { OcsfEvent } from "@arbitex/core";
import type { Clock, DeliverySettings, DestinationStatus, Host, HostOptions } from "@arbitex/core/host";
import { createHost, systemClock } from "@arbitex/core/host";
import { configOf } from "./elastic-driver.ts";

export interface FastHostOptions {
  readonly url: string;
  readonly index: string;
  /** Folder for dead letters. */
  readonly deadLetterPath: string;
  readonly delivery?: Partial<DeliverySettings>;
  /** How audit records become events. */
  readonly auditRecords?: HostOptions["auditRecords"];
}

const SPEED = 50;

/** A host with one destination whose clock runs fast, so that waits of seconds and minutes take none. */
export function openFastHost({
  url,
  index,
  deadLetterPath,
  delivery = {},
  auditRecords,
}: FastHostOptions): Promise<Host> {
  return createHost({
    ...(auditRecords && { auditRecords }),
    deadLetterPath,
    clock: fastClock(),
    destinations: [{ id: "elastic", connector: elastic, config: configOf({ url, index }), delivery }],
  });
}

export function fastClock(): Clock {
  const start = Date.now();
  return {
    ...systemClock,
    now: () => start + (Date.now() - start) * SPEED,
    elapsed: () => (Date.now() - start) * SPEED,
    after: (ms, action) => systemClock.after(ms / SPEED, action),
  };
}

/** Publishes all events in order; throws when the host refuses one. */
export async function publishAll(host: Host, events: readonly OcsfEvent[]): Promise<void> {
  const step = 1000;
  for (let at = 0; at < events.length; at += step) {
    const { rejected } = await host.publish(events.slice(at, at + step), { waitForCapacity: true });
    if (rejected.length > 0) throw new Error(`the host refused an event: ${JSON.stringify(rejected[0])}`);
  }
}

export function statusOf(host: Host): DestinationStatus {
  const [status] = host.status().destinations;
  if (status === undefined) throw new Error("the host has no destination");
  return status;
}
