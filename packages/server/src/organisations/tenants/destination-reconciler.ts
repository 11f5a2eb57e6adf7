import type { Logger } from "@arbitex/core";
import type { ConnectorRegistry, Destination, DestinationStatus, Host, QueueStore } from "@arbitex/core/host";
import { describeProblem } from "@arbitex/core/host";
import type { AppliedListener, LeftoverChoice, Running } from "./running.ts";
import type { ConfigStore } from "../configs/config-store.ts";
import type { StoredCounts, StoredStatus } from "../../database/siem-config-status.ts";
import type { SiemConfig } from "../configs/siem-config.ts";
import { messageOf } from "../../message-of.ts";
import { parkedDestination } from "./parked-destination.ts";
import type { DestinationView } from "../../cluster/destination-view.ts";
import { ownView } from "../../cluster/destination-view.ts";
import { storedStatus } from "./stored-status.ts";
import { holdProblem, tenantDestination } from "./tenant-destination.ts";
import { createTurns } from "./turns.ts";

export interface DestinationReconcilerOptions {
  readonly store: Pick<ConfigStore, "versions" | "read" | "watch">;
  readonly host: Pick<Host, "open" | "replace" | "remove" | "deadLetterLeftover" | "statusOf">;
  readonly queueStore: Pick<QueueStore, "mostHoldMs">;
  readonly registry: ConnectorRegistry;
  readonly logger: Logger;
  /** Default: as this server has them. */
  readonly view?: Pick<DestinationView, "combined" | "countsOf">;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A row as it was applied. */
interface Tenant {
  readonly orgId: string;
  readonly type: string;
  readonly version: number;
  readonly isOpen: boolean;
  /** Why its settings cannot be used. Its events wait in the queue meanwhile. */
  readonly problem: string | undefined;
  /** The row's counts when the host began to count. */
  readonly base: StoredCounts | null;
  last: StoredStatus;
}

const ROWS_AT_A_TIME = 500;
const NOTHING_KNOWN: StoredStatus = {
  deliveryStatus: "pending",
  lastDeliveryAt: null,
  lastError: null,
  fix: null,
  errorSince: null,
  counts: null,
};

/**
 * Keeps the host's running destinations equal to the rows of `siem_configs`. The API only writes rows; the reconciler
 * applies them. It is notified of a change by the database, or by the API of its own server, and compares all versions
 * when notices may have been missed.
 */
export class DestinationReconciler implements Running {
  readonly #options: Required<DestinationReconcilerOptions>;
  readonly #tenants = new Map<string, Tenant>();
  /** What happens to the undelivered events of a destination that is about to be removed. */
  readonly #leftovers = new Map<string, { readonly leftover: LeftoverChoice }>();
  readonly #closing = new AbortController();
  readonly #listeners: AppliedListener[] = [];
  /** Applies the changes of one row one after the other. */
  readonly #turns = createTurns();
  #changed = new Set<string>();
  #round: Promise<void> = Promise.resolve();
  #nextRound: Promise<void> | undefined;
  #isComparing = false;

  constructor(options: DestinationReconcilerOptions) {
    this.#options = { view: ownView, ...options };
  }

  /** Opens the destination of every row that is enabled. Throws when the rows cannot be read. */
  async open(): Promise<void> {
    // Watching begins before the rows are read, so that no change is missed in between.
    const onChange = (id: string | undefined) => void (id === undefined ? this.#compare() : this.reconcile(id));
    this.#options.store.watch(onChange, this.#closing.signal);
    const opening = this.#openAll();
    // Changes are applied after opening, so that a row is applied once at a time.
    this.#round = opening.catch(() => undefined);
    await opening;
  }

  async #openAll(): Promise<void> {
    const { store, logger } = this.#options;
    const ids = [...(await store.versions()).keys()];
    await this.#read(ids);
    await this.#turns.allDone();
    if (ids.length > 0) logger.info({ rows: ids.length }, "destinations of organisations are open");
  }

  /** Applies the row as it is now. Resolves after the attempt; a row that could not be read is compared again later. */
  async reconcile(id: string): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#changed.add(id);
    this.#nextRound ??= this.#round.then(() => {
      this.#nextRound = undefined;
      this.#round = this.#readChanged();
      return this.#round;
    });
    await this.#nextRound;
    await this.#turns.done(id);
  }

  /**
   * Announces that the row will be removed, and what happens to its undelivered events. Returns a function that revokes
   * the announcement.
   */
  removing(id: string, leftover: LeftoverChoice): () => void {
    const choice = { leftover };
    this.#leftovers.set(id, choice);
    return () => {
      if (this.#leftovers.get(id) === choice) this.#leftovers.delete(id);
    };
  }

  /** The version of the applied row; undefined for an unknown row. */
  appliedVersion(id: string): number | undefined {
    return this.#tenants.get(id)?.version;
  }

  /** Why the row's settings cannot be used. */
  problem(id: string): string | undefined {
    return this.#tenants.get(id)?.problem;
  }

  /** The running destination of an enabled row. */
  statusOf(id: string): DestinationStatus | undefined {
    if (this.#tenants.get(id)?.isOpen !== true) return undefined;
    const status = this.#options.host.statusOf(id);
    return status && this.#options.view.combined(status);
  }

  countsOf(id: string): StoredCounts | null | undefined {
    return this.storedStatus(id)?.counts;
  }

  ids(): readonly string[] {
    return [...this.#tenants.keys()];
  }

  /** The state of the row's destination, to be stored in the row. */
  storedStatus(id: string): StoredStatus | undefined {
    const tenant = this.#tenants.get(id);
    const status = this.statusOf(id);
    if (tenant === undefined) return undefined;
    if (status !== undefined) tenant.last = this.#goneOn(id, tenant, status);
    // Of a disabled destination, any server may settle what waits.
    else tenant.last = { ...tenant.last, counts: this.#options.view.countsOf(id) ?? tenant.last.counts };
    return tenant.last;
  }

  #goneOn(id: string, { base, last }: Tenant, status: DestinationStatus): StoredStatus {
    const { view, now } = this.#options;
    return storedStatus({ base, last, status, counts: view.countsOf(id), now: now() });
  }

  /**
   * Stops applying changes. The destinations stay open: the host stops them. Resolves once the change under way is
   * done, which may take long when the database does not answer.
   */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#changed.clear();
    await this.#nextRound;
    await this.#round;
    await this.#turns.allDone();
  }

  /** Reconciles every row whose version is not the applied one. */
  async #compare(): Promise<void> {
    if (this.#isComparing) return;
    this.#isComparing = true;
    try {
      await this.#round;
      const versions = await this.#options.store.versions();
      for (const [id, version] of versions) if (this.appliedVersion(id) !== version) void this.reconcile(id);
      for (const id of this.#tenants.keys()) if (!versions.has(id)) void this.reconcile(id);
    } catch (error) {
      this.#unread(error);
    } finally {
      this.#isComparing = false;
    }
  }

  async #readChanged(): Promise<void> {
    const ids = [...this.#changed];
    this.#changed = new Set();
    try {
      await this.#read(ids);
    } catch (error) {
      this.#unread(error);
    }
  }

  #unread(error: unknown): void {
    if (this.#closing.signal.aborted) return;
    const reason = messageOf(error);
    this.#options.logger.warn({ reason }, "configurations cannot be read; what is running goes on");
  }

  /** Reads rows and applies each as soon as its previous version is applied. No row waits for another. */
  async #read(ids: readonly string[]): Promise<void> {
    for (let at = 0; at < ids.length; at += ROWS_AT_A_TIME) {
      const some = ids.slice(at, at + ROWS_AT_A_TIME);
      const rows = new Map((await this.#options.store.read(some)).map((row) => [row.id, row]));
      // Rows are not applied to a host that is stopping.
      if (this.#closing.signal.aborted) return;
      for (const id of some) {
        this.#turns.add(id, () =>
          this.#applyRow(id, rows.get(id)).catch((error: unknown) => this.#unapplied(id, error)),
        );
      }
    }
  }

  async #applyRow(id: string, row: SiemConfig | undefined): Promise<void> {
    if (row === undefined) return this.#remove(id);
    if (this.appliedVersion(id) === row.version) return;
    // The row was created again under its id: the announced removal was of the earlier row.
    this.#leftovers.delete(id);
    const before = this.#tenants.get(id);
    const isGivenAway = before !== undefined && before.orgId !== row.orgId;
    if (isGivenAway) await this.#giveAway(id, before, row.orgId);
    // The counts and the SIEM's messages belong to the first organisation.
    await this.#applyVersion(id, isGivenAway ? { ...row, status: NOTHING_KNOWN } : row);
    this.#notifyApplied(id);
  }

  /** Ensures that no event queued for one organisation reaches the SIEM of the row's next one. */
  async #giveAway(id: string, tenant: Tenant, orgId: string): Promise<void> {
    await this.#settleRemoved(id, tenant, "dead-letter");
    this.#tenants.delete(id);
    const facts = { destination: id, from: tenant.orgId, to: orgId };
    this.#options.logger.warn(facts, "a configuration is another organisation's now; what was queued is dead-lettered");
  }

  /** Logs a row that could not be applied. It affects no other row, and is tried again because its version differs. */
  #unapplied(id: string, error: unknown): void {
    if (this.#closing.signal.aborted) return;
    this.#options.logger.error({ destination: id, reason: messageOf(error) }, "a configuration cannot be applied");
  }

  /** Calls the listener with the id of each row that was applied or removed. */
  onApplied(listener: AppliedListener): void {
    this.#listeners.push(listener);
  }

  #notifyApplied(id: string): void {
    for (const listener of this.#listeners) listener(id);
  }

  async #applyVersion(id: string, row: SiemConfig): Promise<void> {
    const { host } = this.#options;
    const before = this.#tenants.get(id);
    const last = this.storedStatus(id) ?? row.status;
    // The host continues the counts of a replaced or kept destination; any other starts at zero.
    const base = before !== undefined && host.statusOf(id) !== undefined ? before.base : last.counts;
    const common = { orgId: row.orgId, type: row.connectorType, version: row.version, base };
    if (row.isEnabled) {
      this.#tenants.set(id, { ...common, ...(await this.#open(row, before?.isOpen === true)), last });
    } else {
      const closed =
        before?.isOpen === true ? this.#goneOn(id, before, await host.remove(id, { leftover: "keep" })) : last;
      this.#tenants.set(id, { ...common, isOpen: false, problem: undefined, last: closed });
    }
  }

  async #open(row: SiemConfig, isOpen: boolean): Promise<Pick<Tenant, "problem" | "isOpen">> {
    const { host, logger } = this.#options;
    const put = (destination: Destination) => (isOpen ? host.replace(destination) : host.open(destination));
    let problem: string;
    try {
      const destination = await this.#destinationOf(row);
      if (typeof destination !== "string") {
        const long = holdProblem(destination, this.#options.queueStore.mostHoldMs);
        // Its events become dead letters earlier, which is no reason to deliver none.
        if (long !== undefined) logger.warn({ destination: row.id, org: row.orgId }, describeProblem(long));
        await put(destination);
        return { problem: undefined, isOpen: true };
      }
      problem = destination;
    } catch (error) {
      problem = messageOf(error);
    }
    logger.error({ destination: row.id, org: row.orgId, reason: problem }, "a configuration cannot be used");
    const fix = "Put the configuration right; its events wait until then.";
    try {
      await put(parkedDestination({ id: row.id, orgId: row.orgId, type: row.connectorType, reason: problem, fix }));
      return { problem, isOpen: true };
    } catch (error) {
      logger.error({ destination: row.id, reason: String(error) }, "a destination cannot be opened");
      return { problem, isOpen };
    }
  }

  async #destinationOf(row: SiemConfig): Promise<Destination | string> {
    const { settings } = row;
    if ("unreadable" in settings && typeof settings.unreadable === "string") return settings.unreadable;
    const found = await tenantDestination({ ...row, settings }, this.#options.registry);
    return "destination" in found ? found.destination : found.problems.map(describeProblem).join(" ");
  }

  #remove(id: string): void {
    const tenant = this.#tenants.get(id);
    const { leftover } = this.#leftovers.get(id) ?? { leftover: "deliver" };
    this.#leftovers.delete(id);
    this.#tenants.delete(id);
    if (tenant === undefined) return;
    this.#notifyApplied(id);
    // Not awaited: dead-lettering the leftovers may take long.
    this.#settleRemoved(id, tenant, leftover).catch((error: unknown) => {
      const facts = { destination: id, reason: messageOf(error) };
      this.#options.logger.error(facts, "the events of a removed destination cannot be settled; they stay queued");
    });
  }

  async #settleRemoved(id: string, { isOpen, orgId, type }: Tenant, leftover: LeftoverChoice): Promise<void> {
    const { host } = this.#options;
    if (isOpen) {
      await host.remove(id, { leftover });
      return;
    }
    // Events of a disabled destination are still in the store, and its settings are gone.
    await host.deadLetterLeftover(
      parkedDestination({ id, orgId, type, reason: "the destination was removed", fix: "" }),
    );
  }
}
