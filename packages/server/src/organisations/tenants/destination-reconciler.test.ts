import { defineConnector, secret } from "@arbitex/core";
import type { ConnectorRegistry, Destination, DestinationStatus } from "@arbitex/core/host";
import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { SiemConfig } from "../configs/siem-config.ts";
import { DestinationReconciler } from "./destination-reconciler.ts";

const ORG = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001";
const NOW = Date.parse("2026-11-25T12:00:00Z");

const connector = defineConnector({
  type: "acme",
  displayName: "Acme",
  guarantee: "accepted",
  configSchema: z.strictObject({ url: z.string(), token: secret({ description: "The token." }) }),
  limits: { maxBatchBytes: 1000 },
  framing: { contentType: "application/json" },
  open: () => ({ encode: () => "", send: async () => ({ kind: "accepted" }) }),
});

const registry: ConnectorRegistry = {
  packages: [],
  async load(type) {
    if (type !== "acme") throw new Error(`no ${type} here`);
    return connector;
  },
};

function row(id: string, changes: Partial<SiemConfig> = {}): SiemConfig {
  return {
    id,
    orgId: ORG,
    connectorType: "acme",
    name: null,
    isEnabled: true,
    settings: { url: "https://acme.example", token: "t0ps3cret" },
    delivery: {},
    filter: {},
    secretChanges: {},
    version: 1,
    createdAt: new Date(NOW),
    updatedAt: new Date(NOW),
    status: {
      deliveryStatus: "pending",
      lastDeliveryAt: null,
      lastError: null,
      fix: null,
      errorSince: null,
      counts: null,
    },
    ...changes,
  };
}

function statusOf(id: string, changes: Partial<DestinationStatus> = {}): DestinationStatus {
  return {
    id,
    type: "acme",
    orgId: ORG,
    guarantee: "accepted",
    health: "healthy",
    reason: undefined,
    fix: undefined,
    counts: {
      takenOver: 0,
      accepted: 12,
      delivered: 7,
      filtered: 1,
      unreadable: 0,
      deadLettered: { encode: 0, limit: 0, rejected: 2, send: 0, overflow: 0, expired: 0, removed: 0 },
      attempts: { accepted: 1, partial: 0, retry: 0, "too-large": 0, rejected: 0, suspend: 0 },
    },
    queued: 2,
    queueBytes: 2000,
    isFull: false,
    oldestEventAgeMs: 0,
    attemptAgeMs: 0,
    healthSince: 0,
    nextAttemptAt: undefined,
    underWay: 0,
    sendSeconds: { buckets: [], count: 0, sum: 0 },
    lastDeliveryAt: NOW,
    lastError: undefined,
    ...changes,
  };
}

/** Rows that a test changes, and a host that writes down what it is told. */
function world() {
  const rows = new Map<string, SiemConfig>();
  const open = new Map<string, Destination>();
  const told: string[] = [];
  const logged: string[] = [];
  let reads = 0;
  let watcher: ((id: string | undefined) => void) | undefined;
  let status: (id: string) => DestinationStatus = statusOf;
  let removedStatus: ((id: string) => DestinationStatus) | undefined;
  /** Of those that were removed while something was kept. */
  const kept = new Map<string, DestinationStatus>();
  const held = new Map<string, Promise<void>>();
  const write = (facts: object, text: string) => void logged.push(`${text} ${JSON.stringify(facts)}`);
  const logger = { debug: write, info: write, warn: write, error: write, child: () => logger };
  const reconciler = new DestinationReconciler({
    queueStore: { mostHoldMs: 72 * 3_600_000 },
    registry,
    logger,
    now: () => NOW,
    store: {
      versions: async () => new Map([...rows.values()].map(({ id, version }) => [id, version])),
      async read(ids) {
        reads++;
        return ids.flatMap((id) => rows.get(id) ?? []);
      },
      watch(onChange) {
        watcher = onChange;
      },
    },
    host: {
      async open(destination) {
        if (open.has(destination.id)) throw new Error("open already");
        open.set(destination.id, destination);
        told.push(`open ${destination.id}`);
      },
      async replace(destination) {
        await held.get(destination.id);
        open.set(destination.id, destination);
        told.push(`replace ${destination.id}`);
      },
      async remove(id, { leftover }) {
        open.delete(id);
        told.push(`remove ${id} ${leftover}`);
        const last = (removedStatus ?? status)(id);
        if (leftover === "keep") kept.set(id, last);
        return last;
      },
      async deadLetterLeftover({ id }) {
        told.push(`dead-letter ${id}`);
        return 0;
      },
      statusOf: (id) => (open.has(id) ? status(id) : kept.get(id)),
    },
  });
  return {
    rows,
    open,
    told,
    logged,
    reconciler,
    reads: () => reads,
    notify: (id?: string) => watcher?.(id),
    report(next: typeof status) {
      status = next;
    },
    reportRemoved(next: typeof status) {
      removedStatus = next;
    },
    /** Changes of this one take until the returned function is called. */
    hold(id: string): () => void {
      const gates: (() => void)[] = [];
      held.set(id, new Promise((resolve) => gates.push(resolve)));
      return () => {
        for (const release of gates) release();
      };
    },
  };
}

describe("the destinations of organisations", () => {
  let given: ReturnType<typeof world>;
  beforeEach(() => {
    given = world();
  });

  it("opens every enabled row at start", async () => {
    given.rows.set("a", row("a"));
    given.rows.set("b", row("b", { isEnabled: false }));
    await given.reconciler.open();
    expect(given.told).toEqual(["open a"]);
    expect(given.open.get("a")).toMatchObject({ orgId: ORG, config: { url: "https://acme.example" } });
    expect([given.reconciler.appliedVersion("a"), given.reconciler.appliedVersion("b")]).toEqual([1, 1]);
  });

  it("opens a row once, also when changes may have been missed meanwhile", async () => {
    given.rows.set("a", row("a"));
    const opening = given.reconciler.open();
    given.notify();
    given.notify("a");
    await opening;
    await given.reconciler.reconcile("a");
    expect(given.told).toEqual(["open a"]);
    expect([given.reconciler.problem("a"), given.reconciler.statusOf("a")]).toEqual([undefined, statusOf("a")]);
  });

  it("touches the destination that changed, and no other", async () => {
    given.rows.set("a", row("a"));
    given.rows.set("b", row("b"));
    await given.reconciler.open();
    given.rows.set("a", row("a", { version: 2, settings: { url: "https://two.example", token: "t" } }));
    await given.reconciler.reconcile("a");
    expect(given.told.slice(2)).toEqual(["replace a"]);
    expect(given.open.get("a")).toMatchObject({ config: { url: "https://two.example" } });
  });

  it("opens a destination that is to hold events for longer than the queue keeps them, and says so", async () => {
    given.rows.set("a", row("a", { delivery: { hold_for: "96h" } }));
    given.rows.set("b", row("b", { delivery: { hold_for: "72h" } }));
    await given.reconciler.open();
    expect(given.told).toEqual(["open a", "open b"]);
    const warnings = given.logged.filter((line) => line.includes("hold_for"));
    expect(warnings).toEqual([
      expect.stringMatching(/^delivery\.hold_for: is 96 h, .* held for 72 h\..*"destination":"a"/),
    ]);
  });

  it("keeps the queue of a disabled destination, and takes it up again", async () => {
    given.rows.set("a", row("a"));
    await given.reconciler.open();
    given.rows.set("a", row("a", { version: 2, isEnabled: false }));
    await given.reconciler.reconcile("a");
    given.rows.set("a", row("a", { version: 3 }));
    await given.reconciler.reconcile("a");
    expect(given.told).toEqual(["open a", "remove a keep", "open a"]);
  });

  it.each([
    [undefined, "deliver"],
    ["dead-letter", "dead-letter"],
  ] as const)("settles what a removed row leaves as was asked: %s", async (leftover, told) => {
    given.rows.set("a", row("a"));
    await given.reconciler.open();
    given.rows.delete("a");
    if (leftover !== undefined) given.reconciler.removing("a", leftover);
    await given.reconciler.reconcile("a");
    expect(given.told.at(-1)).toBe(`remove a ${told}`);
    expect(given.reconciler.appliedVersion("a")).toBeUndefined();
  });

  it("dead-letters what waits for a disabled row that is removed, and opens nothing for it", async () => {
    given.rows.set("a", row("a", { isEnabled: false }));
    await given.reconciler.open();
    given.rows.delete("a");
    await given.reconciler.reconcile("a");
    expect(given.told).toEqual(["dead-letter a"]);
  });

  it("forgets what was asked for a removal that did not happen", async () => {
    given.rows.set("a", row("a"));
    await given.reconciler.open();
    given.reconciler.removing("a", "dead-letter")();
    given.rows.delete("a");
    await given.reconciler.reconcile("a");
    expect(given.told.at(-1)).toBe("remove a deliver");
  });

  it("finds what changed when changes may have been missed", async () => {
    for (const id of ["a", "b", "c"]) given.rows.set(id, row(id));
    await given.reconciler.open();
    given.rows.set("a", row("a", { version: 2 }));
    given.rows.delete("b");
    given.rows.set("d", row("d"));
    given.notify();
    await expect.poll(() => given.told.slice(3).toSorted()).toEqual(["open d", "remove b deliver", "replace a"]);
  });

  it("ends at once what another organisation is given, and opens it anew", async () => {
    given.rows.set("a", row("a"));
    await given.reconciler.open();
    const other = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de002";
    given.rows.set(
      "a",
      row("a", { version: 2, orgId: other, status: { ...row("a").status, lastError: "of the first" } }),
    );
    await given.reconciler.reconcile("a");
    expect(given.told).toEqual(["open a", "remove a dead-letter", "open a"]);
    expect(given.open.get("a")).toMatchObject({ orgId: other });
    expect([given.reconciler.appliedVersion("a"), given.reconciler.storedStatus("a")?.lastError]).toEqual([2, null]);
  });

  it("gives a disabled destination's events to nobody else either", async () => {
    given.rows.set("a", row("a", { isEnabled: false }));
    await given.reconciler.open();
    given.rows.set("a", row("a", { version: 2, orgId: "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de002" }));
    await given.reconciler.reconcile("a");
    expect(given.told).toEqual(["dead-letter a", "open a"]);
  });

  it("lets no row wait for another's change", async () => {
    given.rows.set("a", row("a"));
    given.rows.set("b", row("b"));
    await given.reconciler.open();
    const release = given.hold("a");
    given.rows.set("a", row("a", { version: 2 }));
    given.rows.set("b", row("b", { version: 2 }));
    const slow = given.reconciler.reconcile("a");
    await given.reconciler.reconcile("b");
    expect([given.reconciler.appliedVersion("a"), given.reconciler.appliedVersion("b")]).toEqual([1, 2]);
    release();
    await slow;
    expect(given.reconciler.appliedVersion("a")).toBe(2);
  });

  it("tries again what could not be applied", async () => {
    given.rows.set("a", row("a"));
    await given.reconciler.open();
    given.rows.set("a", row("a", { version: 2, isEnabled: false }));
    given.reportRemoved(() => {
      throw new Error("dead letters cannot be written");
    });
    await given.reconciler.reconcile("a");
    expect(given.reconciler.appliedVersion("a")).toBe(1);
    given.reportRemoved(statusOf);
    given.notify();
    await expect.poll(() => given.reconciler.appliedVersion("a")).toBe(2);
  });

  it("tells of every row that it applied, whoever changed it", async () => {
    const applied: string[] = [];
    given.reconciler.onApplied((id) => applied.push(id));
    given.rows.set("a", row("a"));
    await given.reconciler.open();
    given.rows.set("a", row("a", { version: 2 }));
    given.notify("a");
    await expect.poll(() => applied.length).toBe(2);
    given.rows.delete("a");
    given.notify("a");
    await expect.poll(() => applied).toEqual(["a", "a", "a"]);
  });

  it("reads many changes at once", async () => {
    await given.reconciler.open();
    const ids = Array.from({ length: 100 }, (_, index) => `row-${index}`);
    for (const id of ids) given.rows.set(id, row(id));
    await Promise.all(ids.map((id) => given.reconciler.reconcile(id)));
    expect(given.open.size).toBe(100);
    expect(given.reads()).toBeLessThanOrEqual(2);
  });

  it("lets events wait for a row whose settings cannot be used, and says why without a secret", async () => {
    given.rows.set("a", row("a", { settings: { unreadable: "no key of FERNET_KEY opens it." } }));
    given.rows.set("b", row("b", { settings: { url: "https://acme.example", tokn: "t0ps3cret" } }));
    given.rows.set("c", row("c", { connectorType: "unknown" }));
    await given.reconciler.open();
    expect(given.told).toEqual(["open a", "open b", "open c"]);
    expect(given.reconciler.problem("a")).toContain("FERNET_KEY");
    expect(given.reconciler.problem("b")).toMatch(/config\.tokn: unknown setting\. Did you mean "token"\?/);
    const sink = await given.open.get("b")?.connector.open(undefined as never, undefined as never);
    expect(await sink?.send({} as never, new AbortController().signal)).toMatchObject({ kind: "suspend" });
    expect(given.logged.join("\n")).not.toContain("t0ps3cret");
  });

  it("counts on over a restart, without counting the queue twice", async () => {
    const counts = { accepted: 105, delivered: 100, filtered: 0, dead_lettered: 3, queued: 2 };
    given.rows.set("a", row("a", { status: { ...row("a").status, counts } }));
    await given.reconciler.open();
    expect(given.reconciler.storedStatus("a")?.counts).toEqual({
      accepted: 115,
      delivered: 107,
      filtered: 1,
      dead_lettered: 5,
      queued: 2,
    });
  });

  it("counts once what a destination went on counting while it was disabled", async () => {
    given.rows.set("a", row("a"));
    await given.reconciler.open();
    given.rows.set("a", row("a", { version: 2, isEnabled: false }));
    // Something was delivered while the destination was being closed, and something is kept.
    given.reportRemoved((id) => statusOf(id, { counts: { ...statusOf(id).counts, delivered: 8 }, queued: 1 }));
    await given.reconciler.reconcile("a");
    const counts = { accepted: 12, delivered: 8, filtered: 1, dead_lettered: 2, queued: 1 };
    expect(given.reconciler.storedStatus("a")?.counts).toEqual(counts);
    given.rows.set("a", row("a", { version: 3 }));
    given.report((id) => statusOf(id, { counts: { ...statusOf(id).counts, delivered: 9 }, queued: 0 }));
    await given.reconciler.reconcile("a");
    expect(given.reconciler.storedStatus("a")?.counts).toEqual({ ...counts, delivered: 9, queued: 0 });
  });

  it("says since when a destination is not well", async () => {
    given.rows.set("a", row("a"));
    await given.reconciler.open();
    given.report((id) => statusOf(id, { health: "failed", reason: "403", fix: "a new token" }));
    expect(given.reconciler.storedStatus("a")).toMatchObject({
      deliveryStatus: "failed",
      lastError: "403",
      fix: "a new token",
      errorSince: new Date(NOW),
    });
    given.report(statusOf);
    expect(given.reconciler.storedStatus("a")).toMatchObject({
      deliveryStatus: "healthy",
      fix: null,
      errorSince: null,
    });
  });
});
