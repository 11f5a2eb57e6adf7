import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import splunk from "@arbitex/connector-splunk";
import { silentLogger } from "@arbitex/core";
import type { OcsfEvent } from "@arbitex/core";
import type { Destination, Host } from "@arbitex/core/host";
import { createHost, openDiskQueueStore, systemClock } from "@arbitex/core/host";
import { answerOf } from "../child.ts";
import type { Order, SinkAnswer } from "./org-sink-process.ts";

/** A SIEM for all organisations, in a process of its own. */
export interface OrgSink {
  readonly url: string;
  ask(order: Order): Promise<SinkAnswer>;
  close(): void;
}

export async function startOrgSink(): Promise<OrgSink> {
  const child: ChildProcess = fork(join(import.meta.dirname, "org-sink-process.js"));
  const port = await answerOf<number>(child);
  return {
    url: `http://127.0.0.1:${port}`,
    ask(order) {
      child.send(order);
      return answerOf<SinkAnswer>(child);
    },
    close: () => void child.kill(),
  };
}

/** One organisation's destination. */
export function orgDestination(org: number, url: string, delivery?: Destination["delivery"]): Destination {
  return {
    id: `splunk-${org}`,
    orgId: `org-${org}`,
    connector: splunk,
    config: splunk.configSchema.parse({ url, token: `token-${org}` }),
    ...(delivery !== undefined && { delivery }),
  };
}

export async function openOrgHost(folder: string, destinations: readonly Destination[]): Promise<Host> {
  const queueStore = await openDiskQueueStore({
    path: join(folder, "queue"),
    clock: systemClock,
    logger: silentLogger,
  });
  const deadLetterPath = join(folder, "dead-letters");
  return createHost({ destinations, queueStore, deadLetterPath, logger: silentLogger, egress: { guard: "off" } });
}

let made = 0;

/** An event of an organisation that says when it was published, in milliseconds since the epoch. */
export function orgEvent(org: number, publishedAt = performance.timeOrigin + performance.now()): OcsfEvent {
  return {
    class_uid: 6003,
    category_uid: 6,
    activity_id: 1,
    type_uid: 600_301,
    severity_id: 1,
    time: Date.now(),
    metadata: { uid: `e${made++}`, version: "1.1.0", product: { vendor_name: "Arbitex", name: "Gateway" } },
    actor: { org: { uid: `org-${org}` }, user: { uid: "user-1", email_addr: "user@example.com" } },
    unmapped: { published_at: publishedAt, note: "x".repeat(500) },
  };
}
