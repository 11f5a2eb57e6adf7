import type { ConfigProblem, ConnectorRegistry, Destination, EventFilter, RedactRule } from "@arbitex/core/host";
import {
  configuredDestination,
  filterSchema,
  problemsOf,
  redactedRead,
  tenantDeliverySchema,
  tenantProblems,
} from "@arbitex/core/host";
import { z } from "zod";
import type { Settings } from "../configs/siem-config.ts";

/** The parts of an organisation's destination, as its users wrote them. */
export interface TenantSettings {
  readonly id: string;
  readonly orgId: string;
  readonly connectorType: string;
  readonly settings: Settings;
  readonly delivery: Settings;
  readonly filter: Settings;
}

export type TenantDestination =
  | { readonly destination: Destination }
  | { readonly problems: readonly [ConfigProblem, ...ConfigProblem[]] };

const partsSchema = z.object({ delivery: tenantDeliverySchema, filter: filterSchema });

/** Validates all of an organisation's settings at once: by the connector's schema, and by the limits of tenants. */
export async function tenantDestination(
  { id, orgId, connectorType, settings, delivery, filter }: TenantSettings,
  registry: ConnectorRegistry,
  ofOperator: readonly RedactRule[] = [],
): Promise<TenantDestination> {
  const problems: ConfigProblem[] = [];
  const parts = partsSchema.safeParse({ delivery, filter });
  if (!parts.success) problems.push(...problemsOf(parts.error, partsSchema));
  const entry = { id, type: connectorType, org_id: orgId, config: settings, ...parts.data };
  const found = await configuredDestination(entry, { registry });
  problems.push(...found.problems.map(asWritten));
  if (found.destination !== undefined) {
    const forbidden = tenantProblems(found.destination.connector, settings);
    problems.push(...forbidden.map((problem) => ({ ...problem, path: `config.${problem.path}` })));
    problems.push(...hiddenReadProblems(found.destination.filter ?? {}, ofOperator));
  }
  const [first, ...others] = problems;
  if (first !== undefined) return { problems: [first, ...others] };
  if (found.destination === undefined) throw new TypeError("neither a destination nor a problem");
  return { destination: found.destination };
}

/** What the operator hides from an organisation could be guessed by a filter that reads it. */
export function hiddenReadProblems(filter: EventFilter, ofOperator: readonly RedactRule[]): readonly ConfigProblem[] {
  const read = redactedRead(filter, ofOperator);
  if (read === undefined) return [];
  const message = `reads ${read}, which the operator redacts at every destination of an organisation.`;
  return [{ path: "filter.cel", message, fix: "Filter by another attribute." }];
}

/** Renames `type` to `connector_type`, which is its name in the API. */
function asWritten(problem: ConfigProblem): ConfigProblem {
  return problem.path === "type" ? { ...problem, path: "connector_type" } : problem;
}

/** A destination cannot hold events for longer than the queue keeps them. */
export function holdProblem({ delivery }: Destination, mostHoldMs: number | undefined): ConfigProblem | undefined {
  const holdMs = delivery?.holdForMs ?? 0;
  if (mostHoldMs === undefined || holdMs <= mostHoldMs) return undefined;
  const message = `is ${hours(holdMs)}, and the topic keeps events so that they can be held for ${hours(mostHoldMs)}.`;
  return { path: "delivery.hold_for", message, fix: "Shorten it, or have the topic's retention.ms raised." };
}

function hours(ms: number): string {
  return `${Math.floor(ms / 360_000) / 10} h`;
}
