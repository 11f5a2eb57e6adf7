import type { Host, WaitingCounts } from "@arbitex/core/host";
import { lifetimeOf, totalOf } from "@arbitex/core/host";
import type { Activity } from "../activity/activity.ts";
import type { ReportedStatus } from "../cluster/combined-status.ts";
import type { DestinationView, NodeInfo } from "../cluster/destination-view.ts";
import { shownStatuses } from "../cluster/destination-view.ts";
import type { Silence } from "../activity/silence.ts";
import { silenceAnswerOf } from "./silence-answer.ts";

/** A destination as `GET /v1/destinations` shows it. It contains no configuration, hence no secret. */
export function destinationReport(status: ReportedStatus, waiting: WaitingCounts, silence: Silence | undefined) {
  const { counts } = status;
  const { lifetime = lifetimeOf(status), nodes = [] } = status;
  const deadLetters = waiting.get(status.id) ?? {};
  return {
    id: status.id,
    type: status.type,
    org_id: status.orgId,
    guarantee: status.guarantee,
    health: status.health,
    since: new Date(status.healthSince).toISOString(),
    reason: status.reason ?? null,
    fix: status.fix ?? null,
    next_attempt_at: timeOf(status.nextAttemptAt),
    counts: {
      taken_over: counts.takenOver,
      accepted: counts.accepted,
      delivered: counts.delivered,
      filtered: counts.filtered,
      dead_lettered: counts.deadLettered,
      attempts: counts.attempts,
    },
    lifetime: {
      accepted: lifetime.accepted,
      delivered: lifetime.delivered,
      filtered: lifetime.filtered,
      dead_lettered: lifetime.deadLettered,
      unreadable: lifetime.unreadable,
      queued: lifetime.queued,
    },
    queue: {
      events: status.queued,
      under_way: status.underWay,
      bytes: status.queueBytes,
      oldest_age_seconds: status.oldestEventAgeMs / 1000,
    },
    dead_letters_waiting: totalOf(deadLetters),
    dead_letters_waiting_by_stage: deadLetters,
    attempt_age_seconds: status.attemptAgeMs / 1000,
    learned_batch_bytes: status.learnedBatchBytes ?? null,
    last_delivery_at: timeOf(status.lastDeliveryAt),
    last_error: status.lastError ?? null,
    silence: silenceAnswerOf(silence),
    nodes: nodes.map((line) => ({
      node: line.node,
      health: line.health,
      since: new Date(line.since).toISOString(),
      reason: line.reason ?? null,
      queued: line.queued,
      last_delivery_at: timeOf(line.lastDeliveryAt),
    })),
  };
}

function timeOf(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}

export interface DestinationsReportOptions {
  readonly host: Pick<Host, "status" | "waitingDeadLetters">;
  readonly view: DestinationView;
  readonly activity: Pick<Activity, "silenceOf"> | undefined;
}

/** All destinations of a host, and dead letters of destinations that no longer exist. */
export async function destinationsReport({ host, view, activity }: DestinationsReportOptions) {
  const [waiting] = await Promise.all([host.waitingDeadLetters(), view.refresh()]);
  const { destinations, kept } = shownStatuses(host, view);
  const ids = new Set([...destinations, ...kept].map(({ id }) => id));
  return {
    destinations: destinations.map((status) => destinationReport(status, waiting, activity?.silenceOf(status.id))),
    kept: kept.map((status) => destinationReport(status, waiting, undefined)),
    dead_letters_elsewhere: [...waiting].flatMap(([destination, stages]) =>
      ids.has(destination) ? [] : [{ destination, waiting: totalOf(stages), waiting_by_stage: stages }],
    ),
    nodes: (view.nodes() ?? []).map(nodeReport),
  };
}

function nodeReport({ name, version, startedAt, seenAt, partitions }: NodeInfo) {
  return {
    name,
    version,
    started_at: startedAt.toISOString(),
    seen_at: seenAt.toISOString(),
    partitions: [...partitions],
  };
}
