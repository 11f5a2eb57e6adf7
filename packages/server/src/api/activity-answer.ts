import { z } from "zod";
import type { DestinationActivity } from "../activity/activity.ts";
import type { Series } from "../activity/ring.ts";
import { silenceAnswer, silenceAnswerOf } from "../http/silence-answer.ts";

const time = z.iso.datetime();
const counts = z.array(z.int());
const seconds = z.array(z.number().nullable());

const series = z
  .object({
    step_seconds: z.int(),
    until: time.meta({ description: "End of the last step, which is not over yet." }),
    accepted: counts,
    delivered: counts,
    dead_lettered: counts,
    filtered: counts,
    queued: z.array(z.int().nullable()).meta({ description: "At the step's end; null before the first event." }),
    latency_p50_seconds: seconds,
    latency_p95_seconds: seconds,
  })
  .meta({ id: "Series", description: "Counts and times by step, oldest first." });

export const activityAnswer = z
  .object({
    hour: series.nullable().meta({ description: "By the minute; null without an event since the server's start." }),
    day: series.nullable().meta({ description: "By ten minutes." }),
    silence: silenceAnswer,
  })
  .meta({ id: "Activity", description: "What passed this server in the last hour and day." });

export function activityAnswerOf(activity: DestinationActivity | undefined): z.output<typeof activityAnswer> {
  if (activity === undefined) return { hour: null, day: null, silence: null };
  const { hour, day, silence } = activity;
  return { hour: seriesAnswerOf(hour), day: seriesAnswerOf(day), silence: silenceAnswerOf(silence) };
}

function seriesAnswerOf(from: Series): z.output<typeof series> {
  return {
    step_seconds: from.stepSeconds,
    until: new Date(from.until).toISOString(),
    accepted: [...from.accepted],
    delivered: [...from.delivered],
    dead_lettered: [...from.deadLettered],
    filtered: [...from.filtered],
    queued: from.queued.map(orNull),
    latency_p50_seconds: from.latencyP50.map(orNull),
    latency_p95_seconds: from.latencyP95.map(orNull),
  };
}

function orNull(value: number | undefined): number | null {
  return value ?? null;
}
