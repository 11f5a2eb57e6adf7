import { silentLogger } from "@arbitex/core";
import { expect, it } from "vitest";
import { createFakeClock } from "../../../core/test/fake-clock.ts";
import { DATABASE_UNAVAILABLE } from "../database/database-unavailable.ts";
import type { ReplayRow } from "../dead-letters/replays/replay-row.ts";
import type { ReplayTable } from "../dead-letters/replays/replay-table.ts";
import type { ReplayJobs, ReplayOrder } from "./replay-jobs.ts";
import { createSharedReplayJobs } from "./shared-replay-jobs.ts";

const away = Object.assign(new Error("the database does not answer"), { code: DATABASE_UNAVAILABLE });

const row: ReplayRow = {
  id: "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001",
  destinationId: "acme",
  orgId: "org",
  version: 1,
  filter: {},
  perSecond: undefined,
  state: "running",
  reason: undefined,
  fix: undefined,
  isOutdated: false,
  isCancelled: false,
  deadLetters: { path: "", found: 1, foreign: 0, old: 0 },
  settled: 0,
  deadLettered: 0,
  invalid: 0,
  startedAt: new Date(0),
  endedAt: undefined,
  nodeId: "one",
  epoch: 2,
};

/** One row that a dead server left, in a table of which a test replaces what it is about. */
function open(replaced: Partial<ReplayTable> = {}, orderOf?: () => Promise<ReplayOrder | undefined>) {
  const clock = createFakeClock();
  const failures: Error[] = [];
  const ended: string[] = [];
  /** The ids that were held at each look for what others left. */
  const looks: (readonly string[])[] = [];
  const table = {
    async takeOver(_most: number, held: readonly string[]) {
      looks.push(held);
      return held.includes(row.id) ? [] : [row];
    },
    find: async () => row,
    renew: async () => row,
    end: async (_row: ReplayRow, { state }: { readonly state: string }) => ended.push(state) > 0,
    outdate: async () => undefined,
    countOlder: async () => 0,
    ...replaced,
  } as Partial<ReplayTable> as ReplayTable;
  const local = {
    find: async () => undefined,
    end: async () => undefined,
    close: async () => undefined,
  } as Partial<ReplayJobs> as ReplayJobs;
  const never = new Promise<undefined>(() => undefined);
  const jobs = createSharedReplayJobs({
    local,
    table,
    orderOf: orderOf ?? (() => never),
    clock,
    logger: silentLogger,
    onFailure: (error) => void failures.push(error),
  });
  return { clock, failures, ended, looks, jobs };
}

it("what a server runs is left out when it looks for what others left", async () => {
  const { clock, looks } = open();
  await clock.advance(4000);
  expect(looks).toEqual([[], [row.id]]);
});

it("a replay is taken up again after the database was away while it was taken over", async () => {
  let isAway = true;
  const find = async () => {
    if (isAway) throw away;
    return { ...row, isCancelled: true };
  };
  const { clock, ended, failures, looks } = open({ find });
  await clock.advance(2000);
  expect(ended).toEqual([]);
  isAway = false;
  await clock.advance(2000);
  expect([ended, failures]).toEqual([["cancelled"], []]);
  expect(looks).toEqual([[], []]);
});

it("a replay that cannot go on for another reason has failed", async () => {
  const { clock, ended, failures } = open({}, async () => {
    throw new Error("no such connector");
  });
  await clock.advance(2000);
  expect([ended, failures.map(({ message }) => message)]).toEqual([["failed"], ["no such connector"]]);
});

it("a change is done though the table cannot tell other servers of it", async () => {
  const { jobs, failures } = open({ outdate: () => Promise.reject(away) });
  await jobs.end("acme", 2);
  expect(failures).toEqual([away]);
});
