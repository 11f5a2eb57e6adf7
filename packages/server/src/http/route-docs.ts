import { z } from "zod";
import { destinationAnswer, deadLettersElsewhereAnswer, nodeAnswer } from "./destination-schema.ts";
import { ALWAYS, answers, bearer, problem } from "./problem-docs.ts";

const eventError = z.object({ code: z.string(), path: z.string(), message: z.string() });
const tally = {
  accepted: z.int(),
  rejected: z.array(z.object({ index: z.int(), errors: z.array(eventError) })),
  rejected_not_listed: z.int().optional(),
};
const accepted = z.object(tally).meta({ description: "Stored in the queues, except those listed as rejected." });
/** Part of the body may have been accepted before the problem. */
const intakeProblem = z
  .object({
    ...problem.shape,
    ...z.object(tally).partial().shape,
    resume_at: z.int().optional().meta({ description: "The position of the first event that was not read." }),
  })
  .meta({ id: "IntakeProblem", description: "What went wrong, as RFC 9457 says it, and what was taken before that." });
const text = z.string();
const state = z.object({ status: z.string(), reason: z.string().optional() });

function intake(operationId: string, summary: string) {
  const event = z.record(z.string(), z.unknown());
  return {
    operationId,
    summary,
    description: "An object, an array, or an object on each line (application/x-ndjson); plain or gzip.",
    tags: ["Events"],
    security: bearer,
    consumes: ["application/json", "application/x-ndjson"],
    body: z.union([event, z.array(event)]),
    response: answers({ 202: accepted }, [...ALWAYS, 400, 413, 415], intakeProblem),
  };
}

/** These routes read and write their bodies themselves: the schemas describe and check nothing. */
const allDestinations = z.object({
  destinations: z.array(destinationAnswer),
  kept: z.array(destinationAnswer).meta({ description: "Those that are disabled, as long as events wait for them." }),
  dead_letters_elsewhere: z
    .array(deadLettersElsewhereAnswer)
    .meta({ description: "Dead letters that wait and whose destination is none of these." }),
  nodes: z
    .array(nodeAnswer)
    .meta({ description: "The live servers that share the queue, the oldest first. Empty for a queue of one server." }),
});

export const routeDocs = {
  events: intake("postEvents", "Publish OCSF events"),
  records: intake("postAuditRecords", "Publish audit records of the platform"),
  destinations: {
    operationId: "listDestinations",
    summary: "Every destination that runs, and how it is doing",
    tags: ["Events"],
    security: bearer,
    response: answers({ 200: allDestinations }, ALWAYS),
  },
  metrics: {
    operationId: "getMetrics",
    summary: "Metrics for Prometheus",
    tags: ["Operation"],
    produces: ["text/plain"],
    response: { 200: text },
  },
  healthz: {
    operationId: "getHealth",
    summary: "Whether the process runs",
    tags: ["Operation"],
    response: { 200: state },
  },
  readyz: {
    operationId: "getReadiness",
    summary: "Whether it takes events",
    tags: ["Operation"],
    response: { 200: state, 503: state },
  },
};
