import type { Destination, DestinationStatus } from "@arbitex/core/host";
import type { Deployment } from "../config/deployment.ts";
import { totalOf } from "@arbitex/core/host";
import { z } from "zod";
import type { ReloadOutcome } from "./reloader.ts";

const problem = z.object({
  path: z.string(),
  message: z.string(),
  expected: z.string().optional(),
  fix: z.string().optional(),
  example: z.string().optional(),
  at: z.object({ file: z.string(), line: z.int(), column: z.int() }).optional(),
});
const destinations = z.array(z.object({ id: z.string(), type: z.string() }));

/** The output of `arbitex-siem reload --json`, as the server answers it. */
export const reloadReportSchema = z.object({
  /** Whether the server now runs the whole configuration, except for settings that need a restart. */
  ok: z.boolean(),
  config: z.string().nullable(),
  added: destinations,
  changed: destinations,
  /** With their accounts. Queued events wait for a destination of the same id. */
  removed: z.array(
    z.object({
      id: z.string(),
      type: z.string(),
      accepted: z.int(),
      delivered: z.int(),
      dead_lettered: z.int(),
      filtered: z.int(),
      queued: z.int(),
    }),
  ),
  unchanged: z.int(),
  /** Settings that only a restart applies. */
  needs_restart: z.array(z.string()),
  /** Why nothing was changed, or which destinations were not. */
  problems: z.array(problem),
  warnings: z.array(problem),
});

export type ReloadReport = z.output<typeof reloadReportSchema>;

export function reloadReport(outcome: ReloadOutcome, { configPath }: Deployment): ReloadReport {
  const config = configPath ?? null;
  if (outcome.kind === "refused") {
    const { problems } = outcome;
    const none = { added: [], changed: [], removed: [], unchanged: 0, needs_restart: [], warnings: [] };
    return { ok: false, config, ...none, problems: [...problems] };
  }
  const { plan, removed, failed, warnings } = outcome;
  return {
    ok: failed.length === 0,
    config,
    added: plan.added.map(named),
    changed: plan.changed.map(named),
    removed: removed.map(accountOf),
    unchanged: plan.unchanged.length,
    needs_restart: [...plan.needsRestart],
    problems: [...failed],
    warnings: [...warnings],
  };
}

function accountOf({ id, type, counts, queued }: DestinationStatus) {
  const { accepted, delivered, filtered } = counts;
  return { id, type, accepted, delivered, dead_lettered: totalOf(counts.deadLettered), filtered, queued };
}

function named({ id, connector: { type } }: Destination) {
  return { id, type };
}
