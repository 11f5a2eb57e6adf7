import { SiemError } from "@arbitex/core";
import { describe, expect, it } from "vitest";
import type { StoredStatus } from "../../database/siem-config-status.ts";
import { startStatusWriter } from "./status-writer.ts";

const well: StoredStatus = {
  deliveryStatus: "healthy",
  lastDeliveryAt: null,
  lastError: null,
  fix: null,
  errorSince: null,
  counts: null,
};

/** A writer whose time a test moves on, and a database that can be away. */
function world(ids: readonly string[]) {
  const statuses = new Map(ids.map((id) => [id, well]));
  const writes: string[][] = [];
  const logged: string[] = [];
  let pending: (() => void) | undefined;
  let isAway = false;
  let refusedIds: readonly string[] = [];
  const locked = new Set<string>();
  const note = (_facts: object, text: string) => void logged.push(text);
  const logger = { debug: note, info: note, warn: note, error: note, child: () => logger };
  const writer = startStatusWriter({
    reconciler: { ids: () => [...statuses.keys()], storedStatus: (id) => statuses.get(id) },
    store: {
      async writeStatuses(changed) {
        if (isAway) throw new SiemError("SIEM_DATABASE_UNAVAILABLE", "connection refused");
        const bad = [...changed.keys()].filter((id) => refusedIds.includes(id));
        if (bad.length > 0) throw new Error("unsupported Unicode escape sequence");
        const done = [...changed.keys()].filter((id) => !locked.has(id));
        writes.push(done);
        return new Set(done);
      },
    },
    clock: {
      after(_ms, action) {
        pending = action;
        return () => {
          pending = undefined;
        };
      },
    },
    logger,
  });
  return {
    statuses,
    writes,
    logged,
    writer,
    locked,
    refuse(...next: readonly string[]) {
      refusedIds = next;
    },
    away(value: boolean) {
      isAway = value;
    },
    /** Lets every destination be looked at once. */
    async turn() {
      for (let tick = 0; tick < 3; tick++) {
        pending?.();
        await new Promise(setImmediate);
      }
    },
  };
}

describe("the writer of states", () => {
  it("writes each state once, and again when it has changed", async () => {
    const given = world(["a", "b", "c", "d"]);
    await given.turn();
    expect(given.writes.flat().toSorted()).toEqual(["a", "b", "c", "d"]);
    await given.turn();
    expect(given.writes.flat()).toHaveLength(4);
    given.statuses.set("c", { ...well, deliveryStatus: "failed" });
    await given.turn();
    expect(given.writes.at(-1)).toEqual(["c"]);
  });

  it("spreads many destinations over a turn", async () => {
    const given = world(Array.from({ length: 3000 }, (_, index) => String(index)));
    await given.turn();
    expect(given.writes.map((ids) => ids.length)).toEqual([1000, 1000, 1000]);
  });

  it("writes later what a database that was away did not take, and complains once", async () => {
    const given = world(["a"]);
    given.away(true);
    await given.turn();
    await given.turn();
    given.away(false);
    await given.turn();
    expect(given.writes).toEqual([["a"]]);
    expect(given.logged).toEqual([
      "the state of destinations cannot be written to the database",
      "the state of destinations is written again",
    ]);
  });

  it("writes all others when the database refuses some, and tells of those once", async () => {
    const given = world(Array.from({ length: 30 }, (_, index) => String(index)));
    given.refuse("3", "17");
    await given.turn();
    await given.turn();
    const others = [...given.statuses.keys()].filter((id) => id !== "3" && id !== "17");
    expect(given.writes.flat().toSorted()).toEqual(others.toSorted());
    expect(given.logged).toEqual(Array.from({ length: 2 }, () => "the state of a destination cannot be written"));
    given.refuse();
    await given.turn();
    expect(given.writes.flat()).toHaveLength(30);
  });

  it("writes in the next turn what somebody else had locked", async () => {
    const given = world(["a", "b"]);
    given.locked.add("a");
    await given.turn();
    expect(given.writes.flat()).toEqual(["b"]);
    given.locked.clear();
    await given.turn();
    expect(given.writes.flat()).toEqual(["b", "a"]);
    expect(given.logged).toEqual([]);
  });

  it("writes the last state when it is closed, and nothing after that", async () => {
    const given = world(["a"]);
    await given.turn();
    given.statuses.set("a", { ...well, lastError: "503" });
    await given.writer.close();
    expect(given.writes).toEqual([["a"], ["a"]]);
    given.statuses.set("a", well);
    await given.turn();
    expect(given.writes).toHaveLength(2);
  });
});
