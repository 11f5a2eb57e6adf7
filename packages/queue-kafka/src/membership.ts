import type { Logger } from "@arbitex/core";
import type { Clock } from "@arbitex/core/host";
import { sleep } from "@arbitex/core/host";
import { Consumer } from "@platformatic/kafka";
import { errorText } from "./error-text.ts";
import type { KafkaSettings } from "./settings.ts";
import { clientOptions } from "./settings.ts";
import { within } from "./within.ts";

export interface MembershipOptions {
  readonly settings: KafkaSettings;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called with the partitions of this node when some were added. */
  readonly onAssigned: (partitions: ReadonlySet<number>) => void;
  /** Called before this node lets go of partitions; keeps those given. Another node gets the others once it resolves. */
  readonly onRevoked: (kept: ReadonlySet<number>) => Promise<void>;
}

/** This node's membership in the group that shares the partitions out. */
export interface Membership {
  /** Whether the coordinator is sure to count this node as a member still. */
  readonly isMember: () => boolean;
  /** Leaves the group, so that the others need not wait for the session to end. */
  close(): Promise<void>;
}

/** The least that brokers allow by default: how long a dead node keeps its partitions. */
const SESSION_MS = 6000;
const HEARTBEAT_MS = 1000;
/** How long a rebalance waits for a member. */
const REBALANCE_MS = 8000;
const JOIN_MS = 20_000;
/** Without a heartbeat for so long, the client is replaced. */
const STALLED_MS = 10_000;
const LOOK_MS = 1000;
const AGAIN_MS = 500;
const CLOSE_MS = 2000;
const REVOKE_MS = 3000;

export function joinGroup({ settings, clock, logger, onAssigned, onRevoked }: MembershipOptions): Membership {
  const { topic, group } = settings;
  const stop = new AbortController();
  /** When the last answered sign of life was sent, in monotonic time. */
  let confirmedAt = Number.NEGATIVE_INFINITY;
  let consumer: ReturnType<typeof newConsumer> | undefined;

  function newConsumer() {
    let sentAt = 0;
    const created = new Consumer({
      ...clientOptions(settings),
      retries: 3,
      groupId: group,
      sessionTimeout: SESSION_MS,
      heartbeatInterval: HEARTBEAT_MS,
      rebalanceTimeout: REBALANCE_MS,
      protocols: [{ name: "cooperative-sticky", version: 3 }],
      // Called before each request to join, with the partitions still assigned.
      async protocolsMetadata() {
        sentAt = clock.elapsed();
        await within(REVOKE_MS, "letting go of partitions", onRevoked(assignedTo(created))).catch(warn);
        return Buffer.alloc(0);
      },
    });
    created.on("error", warn);
    created.on("consumer:heartbeat:start", () => {
      sentAt = clock.elapsed();
    });
    created.on("consumer:heartbeat:end", () => {
      if (created === consumer) confirmedAt = sentAt;
    });
    created.on("consumer:group:join", () => {
      if (created !== consumer) return;
      confirmedAt = sentAt;
      onAssigned(assignedTo(created));
    });
    created.topics.track(topic);
    return created;
  }

  function assignedTo({ assignments }: Consumer): ReadonlySet<number> {
    return new Set(assignments?.find((assignment) => assignment.topic === topic)?.partitions ?? []);
  }

  function warn(error: unknown): void {
    if (!stop.signal.aborted) logger.warn({ reason: errorText(error) }, "the group of nodes is out of reach");
  }

  /** Keeps a client in the group. One that lost its way is replaced. */
  async function stay(): Promise<void> {
    while (!stop.signal.aborted) {
      consumer = newConsumer();
      try {
        await within(JOIN_MS, "joining the group", consumer.joinGroup({}));
        let aliveAt = clock.elapsed();
        while (!stop.signal.aborted && clock.elapsed() - aliveAt < STALLED_MS) {
          await sleep(clock, LOOK_MS, stop.signal);
          aliveAt = Math.max(aliveAt, confirmedAt);
        }
        if (!stop.signal.aborted) logger.warn({}, "no heartbeat of this node was answered, it joins the group again");
      } catch (error) {
        warn(error);
      }
      await onRevoked(new Set()).catch(warn);
      await leave(consumer);
      await sleep(clock, AGAIN_MS, stop.signal);
    }
  }

  const staying = stay();
  return {
    isMember: () => clock.elapsed() - confirmedAt < SESSION_MS,
    async close() {
      stop.abort();
      await staying;
      confirmedAt = Number.NEGATIVE_INFINITY;
    },
  };
}

async function leave(left: Consumer): Promise<void> {
  await within(CLOSE_MS, "leaving the group", left.close(true)).catch(() => undefined);
}
