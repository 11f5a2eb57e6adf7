import type { DestinationStatus, Health, HostStatus, WaitingCounts } from "@arbitex/core/host";
import { lifetimeOf, SEND_SECONDS_BOUNDS } from "@arbitex/core/host";
import type { Activity } from "../activity/activity.ts";
import type { Labels, MetricsText } from "./metrics-text.ts";
import { createMetricsText } from "./metrics-text.ts";

const HEALTHS: readonly Health[] = ["pending", "healthy", "degraded", "failed"];

export interface MetricsOptions {
  /** Events refused before they reached the host, by reason. */
  readonly unreadable: ReadonlyMap<string, number>;
  /** Adds the organisation as a label. It multiplies the series, and organisations come and go. */
  readonly orgLabel: boolean;
  readonly waiting: WaitingCounts;
  readonly activity?: Pick<Activity, "silenceOf"> | undefined;
}

/** A host's counters and gauges in the Prometheus text format. */
export function metricsOf(status: HostStatus, { unreadable, orgLabel, waiting, activity }: MetricsOptions): string {
  const destinations = [...status.destinations, ...status.kept];
  const text = createMetricsText();
  const perDestination = (sample: (destination: DestinationStatus, labels: Labels) => void) => {
    for (const destination of destinations) {
      const { id, orgId } = destination;
      sample(destination, orgLabel && orgId !== null ? { destination: id, org: orgId } : { destination: id });
    }
  };

  text.begin("siem_events_accepted_total", "counter", "Events accepted for a destination.");
  perDestination(({ counts }, labels) => text.sample(labels, counts.accepted));
  text.begin(
    "siem_events_taken_over",
    "gauge",
    "Events that were queued already when the destination was opened, or came from another server, less those that went to one.",
  );
  perDestination(({ counts }, labels) => text.sample(labels, counts.takenOver));
  text.begin("siem_events_delivered_total", "counter", "Events that the destination has taken.");
  perDestination(({ counts }, labels) => text.sample(labels, counts.delivered));
  text.begin("siem_events_dead_lettered_total", "counter", "Events written to the dead letters, by stage.");
  perDestination(({ counts }, labels) => sampleEach(text, labels, "stage", counts.deadLettered));
  text.begin("siem_dead_letters_waiting", "gauge", "Dead letters neither replayed nor purged, by stage.");
  for (const [destination, stages] of waiting) sampleEach(text, { destination }, "stage", stages);
  text.begin("siem_events_filtered_total", "counter", "Events that the destination's filter left out.");
  perDestination(({ counts }, labels) => text.sample(labels, counts.filtered));
  text.begin("siem_events_unreadable_total", "counter", "Events that a damaged disk did not give back.");
  perDestination(({ counts }, labels) => text.sample(labels, counts.unreadable));
  text.begin("siem_events_queued", "gauge", "Events not yet settled, those under way included.");
  perDestination(({ queued }, labels) => text.sample(labels, queued));
  text.begin(
    "siem_lifetime_events",
    "gauge",
    "Events by what became of them since the queue was made, over restarts; accepted is their sum, with those queued.",
  );
  perDestination((destination, labels) => {
    const { deadLettered, queued: _queued, ...fates } = lifetimeOf(destination);
    sampleEach(text, labels, "fate", { ...fates, dead_lettered: deadLettered });
  });
  text.begin("siem_queue_bytes", "gauge", "Size of the events not yet settled.");
  perDestination(({ queueBytes }, labels) => text.sample(labels, queueBytes));
  text.begin("siem_oldest_event_age_seconds", "gauge", "Age of the oldest waiting event.");
  perDestination(({ oldestEventAgeMs }, labels) => text.sample(labels, oldestEventAgeMs / 1000));
  text.begin("siem_attempt_age_seconds", "gauge", "Age of the oldest attempt under way.");
  perDestination(({ attemptAgeMs }, labels) => text.sample(labels, attemptAgeMs / 1000));
  text.begin("siem_attempts_total", "counter", "Attempts to send a batch, by verdict.");
  perDestination(({ counts }, labels) => sampleEach(text, labels, "verdict", counts.attempts));
  text.begin("siem_send_seconds", "histogram", "Time that an attempt took.");
  perDestination((destination, labels) => sampleHistogram(text, labels, destination));
  text.begin("siem_destination_health", "gauge", "1 for the state that the destination is in.");
  perDestination(({ health }, labels) => {
    for (const state of HEALTHS) text.sample({ ...labels, state }, state === health ? 1 : 0);
  });
  const now = Date.now();
  text.begin("siem_destination_since_seconds", "gauge", "How long the destination has been in its state.");
  perDestination(({ healthSince }, labels) => text.sample(labels, Math.max(0, now - healthSince) / 1000));
  text.begin("siem_destination_silent", "gauge", "1 when nothing has come for an hour, where usually something does.");
  perDestination(({ id }, labels) => text.sample(labels, activity?.silenceOf(id) === undefined ? 0 : 1));
  text.begin("siem_workers", "gauge", "Threads that deliver besides the host's own.");
  text.sample({}, status.workers.running);
  text.begin("siem_workers_ended_total", "counter", "Worker threads that ended unexpectedly; a log line says why.");
  text.sample({}, status.workers.ended);
  text.begin("siem_events_repaired_total", "counter", "Accepted events in which something was filled in.");
  text.sample({}, status.repaired);
  text.begin("siem_audit_records_total", "counter", "Audit records of the platform that became events.");
  text.sample({}, status.auditRecords.mapped);
  text.begin("siem_audit_records_unknown_action_total", "counter", "Among them, those of an action without a mapping.");
  text.sample(
    {},
    Object.values(status.auditRecords.unknownActions).reduce((sum, count) => sum + count, 0),
  );
  text.begin(
    "siem_audit_records_untimed_total",
    "counter",
    "Among them, those without any time: their events have that of their receipt.",
  );
  text.sample({}, status.auditRecords.untimed);
  text.begin("siem_ingest_rejected_total", "counter", "Events refused at the intake, by reason.");
  for (const [reason, count] of sumOf(Object.entries(status.rejected), unreadable)) text.sample({ reason }, count);
  return text.toString();
}

function sampleEach(text: MetricsText, labels: Labels, name: string, counts: Readonly<Record<string, number>>): void {
  for (const [value, count] of Object.entries(counts)) text.sample({ ...labels, [name]: value }, count);
}

function sampleHistogram(text: MetricsText, labels: Labels, { sendSeconds }: DestinationStatus): void {
  for (const [at, bound] of SEND_SECONDS_BOUNDS.entries()) {
    text.sample({ ...labels, le: String(bound) }, sendSeconds.buckets[at] ?? 0, "_bucket");
  }
  text.sample({ ...labels, le: "+Inf" }, sendSeconds.count, "_bucket");
  text.sample(labels, sendSeconds.sum, "_sum");
  text.sample(labels, sendSeconds.count, "_count");
}

function sumOf(counts: Iterable<[string, number]>, more: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const sums = new Map(counts);
  for (const [reason, count] of more) sums.set(reason, (sums.get(reason) ?? 0) + count);
  return sums;
}
