import { hostname } from "node:os";
import type { Logger } from "@arbitex/core";
import type { Clock, Host } from "@arbitex/core/host";
import { sleep } from "@arbitex/core/host";
import { messageOf } from "../message-of.ts";
import { ownVersion } from "../own-version.ts";
import type { Account } from "./combined-status.ts";
import { accountOf, combinedStatus, noAccount } from "./combined-status.ts";
import type { DestinationView, NodeInfo } from "./destination-view.ts";
import type { NodeState } from "./node-state.ts";
import { nodeStateOf } from "./node-state.ts";
import type { NodeTable } from "./node-table.ts";

export interface ClusterOptions {
  /** Names this process among the servers. */
  readonly id: string;
  readonly table: NodeTable;
  readonly host: Pick<Host, "status" | "statusOf">;
  readonly partitions: () => readonly number[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The servers that share a queue, as each of them sees all. */
export interface Cluster extends DestinationView {
  readonly id: string;
  nodes(): readonly NodeInfo[];
  /** Whether this server writes the states of destinations to their rows: the one that has lived longest does. */
  isWriter(): boolean;
  /** Leaves the other servers. */
  close(): Promise<void>;
}

const TICK_MS = 1000;
/** An answer is at most this old, beside what the others have not written yet. */
const FRESH_MS = 300;
/** States that changed longer ago are not among the recent ones. */
const MISSED_MS = 10_000;
/** A database that does not answer delays what is shown no longer. */
const LONGEST_REFRESH_MS = 1000;
const STATES_AT_A_TIME = 2000;

export async function openCluster({ id, table, host, partitions, clock, logger }: ClusterOptions): Promise<Cluster> {
  const self = { id, name: `${hostname()}-${process.pid}`, version: ownVersion(), startedAt: new Date(clock.now()) };
  /** By destination, then by server. */
  const others = new Map<string, Map<string, NodeState>>();
  /** What this server wrote last, by destination. */
  const written = new Map<string, string>();
  let nodes: readonly NodeInfo[] = [];
  let accounts: ReadonlyMap<string, Account> = new Map();
  let accountsReadAt = Number.NEGATIVE_INFINITY;
  let statesReadAt = Number.NEGATIVE_INFINITY;
  let turn: string[] = [];
  let running: Promise<void> = Promise.resolve();
  let isFailing = false;
  let isClosed = false;

  /** Of ten thousand destinations some at a time, since examining all at once would delay deliveries. */
  async function writeStates(): Promise<void> {
    const now = clock.now();
    if (turn.length === 0) {
      const { destinations, kept } = host.status();
      turn = [...destinations, ...kept].map((status) => status.id);
    }
    const changed = new Map<string, NodeState>();
    for (const destinationId of turn.splice(0, STATES_AT_A_TIME)) {
      const status = host.statusOf(destinationId);
      const state = status && nodeStateOf(status, now);
      if (state !== undefined && written.get(destinationId) !== JSON.stringify(state))
        changed.set(destinationId, state);
    }
    if (changed.size === 0) return;
    await table.writeStates(id, changed);
    for (const [destinationId, state] of changed) written.set(destinationId, JSON.stringify(state));
  }

  async function readStates(hasNewNodes: boolean): Promise<void> {
    const startedAt = clock.elapsed();
    const since = hasNewNodes || startedAt - statesReadAt > MISSED_MS ? "ever" : "recent";
    for (const { nodeId, destinationId, state } of await table.states(id, since)) {
      const states = others.get(destinationId) ?? new Map<string, NodeState>();
      others.set(destinationId, states.set(nodeId, state));
    }
    statesReadAt = startedAt;
  }

  /** A server that died, or started anew under another id, says nothing more. */
  function forgetDead(): void {
    const live = new Set(nodes.map((node) => node.id));
    for (const [destinationId, states] of others) {
      for (const nodeId of states.keys()) if (!live.has(nodeId)) states.delete(nodeId);
      if (states.size === 0) others.delete(destinationId);
    }
  }

  async function tell(): Promise<void> {
    const known = new Set(nodes.map((node) => node.id));
    const seen = await table.seen({ ...self, partitions: partitions() });
    nodes = seen.nodes;
    // Its states are gone if the others had forgotten this server meanwhile.
    if (seen.isNew) written.clear();
    await writeStates();
    await readStates(nodes.some((node) => !known.has(node.id)));
    forgetDead();
  }

  async function readAccounts(): Promise<void> {
    const startedAt = clock.elapsed();
    if (startedAt - accountsReadAt < FRESH_MS) return;
    accounts = await table.accounts();
    accountsReadAt = startedAt;
  }

  /** One after the other. Never rejects. */
  function run(action: () => Promise<void>): Promise<void> {
    running = running.then(action).then(
      () => note(undefined),
      (error: unknown) => note(messageOf(error)),
    );
    return running;
  }

  function note(reason: string | undefined): void {
    if (isFailing === (reason !== undefined)) return;
    isFailing = reason !== undefined;
    if (isFailing) logger.warn({ reason }, "the other servers cannot be heard of: what they said last is shown");
    else logger.info({}, "the other servers are heard of again");
  }

  const isWriter = () => nodes[0]?.id === id;
  const begin = () => void tick();
  let cancel = clock.after(TICK_MS, begin);
  async function tick(): Promise<void> {
    await run(async () => {
      await tell();
      if (isWriter()) await readAccounts();
    });
    if (!isClosed) cancel = clock.after(TICK_MS, begin);
  }

  await tell();
  await readAccounts();

  return {
    id,
    refresh: () => Promise.race([run(readAccounts), sleep(clock, LONGEST_REFRESH_MS, new AbortController().signal)]),
    nodes: () => nodes,
    isWriter,
    countsOf(destinationId) {
      const { deadLettered, ...lifetime } = accountOf(accounts.get(destinationId) ?? noAccount);
      const { accepted, delivered, filtered, queued } = lifetime;
      return { accepted, delivered, filtered, dead_lettered: deadLettered, queued };
    },
    combined(status) {
      const now = clock.now();
      const states = [...(others.get(status.id) ?? [])].flatMap(([nodeId, state]) => {
        const node = nodes.find((one) => one.id === nodeId);
        return node === undefined ? [] : [{ node: node.name, state }];
      });
      const own = nodeStateOf(status, now);
      const all = own === undefined ? states : [{ node: self.name, state: own }, ...states];
      return combinedStatus(status, all, accounts.get(status.id) ?? noAccount, now);
    },
    async close() {
      isClosed = true;
      cancel();
      await running;
      await table.leave(id);
    },
  };
}
