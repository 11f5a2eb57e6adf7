import { randomUUID } from "node:crypto";
import type { Changed, ConfigStore, OrgConfigs } from "../src/organisations/configs/config-store.ts";
import type { SiemConfig, SiemConfigInput } from "../src/organisations/configs/siem-config.ts";

export interface MemoryConfigs extends ConfigStore {
  /** Every row, oldest first; tests may put rows here that the API would not take. */
  readonly rows: Map<string, SiemConfig>;
  /** Runs before the next update, as somebody else's change would. */
  beforeUpdate: (() => void) | undefined;
}

/** The configurations of a test, kept in memory as the database would keep them. */
export function createMemoryConfigs(): MemoryConfigs {
  const rows = new Map<string, SiemConfig>();
  const store: MemoryConfigs = {
    rows,
    beforeUpdate: undefined,
    forOrg: (orgId) => orgConfigs(orgId, store),
    versions: async () => new Map([...rows.values()].map(({ id, version }) => [id, version])),
    outlines: async () =>
      [...rows.values()].map((row) => {
        const { id, orgId, name, connectorType, isEnabled, status } = row;
        const { deliveryStatus, lastError, lastDeliveryAt, counts } = status;
        const queued = counts?.queued ?? 0;
        return { id, orgId, name, connectorType, isEnabled, deliveryStatus, lastError, lastDeliveryAt, queued };
      }),
    read: async (ids) => ids.flatMap((id) => rows.get(id) ?? []),
    watch() {},
    async writeStatuses(statuses) {
      for (const [id, status] of statuses) {
        const row = rows.get(id);
        if (row !== undefined) rows.set(id, { ...row, status });
      }
      return new Set(statuses.keys());
    },
    async handOverCounts() {},
  };
  return store;
}

const fresh = {
  deliveryStatus: "pending",
  lastDeliveryAt: null,
  lastError: null,
  fix: null,
  errorSince: null,
  counts: null,
} as const;

function orgConfigs(orgId: string, store: MemoryConfigs): OrgConfigs {
  const { rows } = store;
  const own = (id: string) => {
    const row = rows.get(id);
    return row?.orgId === orgId ? row : undefined;
  };
  const change = (id: string, version: number | undefined, act: (row: SiemConfig) => SiemConfig): Changed => {
    const row = own(id);
    if (row === undefined) return { kind: "missing" };
    if (version !== undefined && version !== row.version) return { kind: "conflict", version: row.version };
    return { kind: "done", config: act(row) };
  };
  return {
    list: async () => [...rows.values()].filter((row) => row.orgId === orgId).toReversed(),
    get: async (id) => own(id),
    async create(input) {
      const now = new Date();
      const row: SiemConfig = {
        ...input,
        id: randomUUID(),
        orgId,
        version: 1,
        createdAt: now,
        updatedAt: now,
        status: fresh,
      };
      rows.set(row.id, row);
      return row;
    },
    async update(id, changes: Partial<SiemConfigInput>, version) {
      store.beforeUpdate?.();
      return change(id, version, (row) => {
        const changed = { ...row, ...changes, version: row.version + 1, updatedAt: new Date() };
        rows.set(id, changed);
        return changed;
      });
    },
    async remove(id, version) {
      return change(id, version, (row) => {
        rows.delete(id);
        return row;
      });
    },
  };
}
