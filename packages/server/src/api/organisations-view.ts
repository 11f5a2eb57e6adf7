import type { Health } from "@arbitex/core/host";
import type { ConfigOutline } from "../organisations/configs/config-outline.ts";

/** An organisation as the operator sees it. */
export interface OrganisationLine {
  readonly orgId: string;
  readonly destinations: number;
  readonly failed: number;
  readonly degraded: number;
  readonly silent: number;
  /** The worst of its enabled destinations. */
  readonly health: Health;
  readonly queued: number;
  readonly deadLetters: number;
  readonly lastDeliveryAt: Date | null;
  /** The destination that needs a person first; undefined while all are well. */
  readonly worst: ConfigOutline | undefined;
}

export type OrganisationOrder = "worst" | "queued" | "dead_letters" | "org";

/** What this server knows of a destination beside its row. */
export interface Known {
  readonly deadLettersOf: (id: string) => number;
  readonly isSilent: (id: string) => boolean;
}

const BADNESS: Readonly<Record<Health, number>> = { healthy: 0, pending: 1, degraded: 2, failed: 3 };

/** Groups rows by organisation, those that a search finds, in an order. */
export function organisationLines(
  rows: readonly ConfigOutline[],
  { search, sort }: { readonly search: string; readonly sort: OrganisationOrder },
  known: Known,
): readonly OrganisationLine[] {
  const groups = new Map<string, ConfigOutline[]>();
  for (const row of rows) {
    const own = groups.get(row.orgId);
    if (own === undefined) groups.set(row.orgId, [row]);
    else own.push(row);
  }
  return [...groups]
    .filter(([, own]) => own.some((row) => isFound(row, search.trim().toLowerCase())))
    .map(([orgId, own]) => lineOf(orgId, own, known))
    .toSorted(ORDERS[sort]);
}

function isFound({ id, orgId, name, connectorType }: ConfigOutline, search: string): boolean {
  return [id, orgId, name ?? "", connectorType].some((text) => text.toLowerCase().includes(search));
}

function lineOf(orgId: string, rows: readonly ConfigOutline[], { deadLettersOf, isSilent }: Known): OrganisationLine {
  const enabled = rows.filter(({ isEnabled }) => isEnabled);
  const [worst] = enabled.toSorted((a, b) => BADNESS[b.deliveryStatus] - BADNESS[a.deliveryStatus]);
  const of = (health: Health) => enabled.filter(({ deliveryStatus }) => deliveryStatus === health).length;
  const sum = (count: (row: ConfigOutline) => number) => rows.reduce((total, row) => total + count(row), 0);
  const deliveries = rows.flatMap(({ lastDeliveryAt }) => lastDeliveryAt ?? []);
  return {
    orgId,
    destinations: rows.length,
    failed: of("failed"),
    degraded: of("degraded"),
    silent: enabled.filter(({ id }) => isSilent(id)).length,
    health: worst?.deliveryStatus ?? "pending",
    queued: sum(({ queued }) => queued),
    deadLetters: sum(({ id }) => deadLettersOf(id)),
    lastDeliveryAt: deliveries.toSorted((a, b) => b.getTime() - a.getTime())[0] ?? null,
    worst: worst !== undefined && BADNESS[worst.deliveryStatus] >= BADNESS.degraded ? worst : undefined,
  };
}

type Compare = (one: OrganisationLine, other: OrganisationLine) => number;

const byId: Compare = (one, other) => (one.orgId < other.orgId ? -1 : 1);
const byQueue: Compare = (one, other) => other.queued - one.queued || byId(one, other);
const byDeadLetters: Compare = (one, other) => other.deadLetters - one.deadLetters || byId(one, other);
const byHealth: Compare = (one, other) => BADNESS[other.health] - BADNESS[one.health] || other.silent - one.silent;

const ORDERS: Readonly<Record<OrganisationOrder, Compare>> = {
  worst: (one, other) =>
    byHealth(one, other) || other.deadLetters - one.deadLetters || other.queued - one.queued || byId(one, other),
  queued: byQueue,
  dead_letters: byDeadLetters,
  org: byId,
};
