import type { AcceptedEvent, DeadLetter, Stage } from "@arbitex/core/host";
import {
  acceptObject,
  createHost,
  defaultIntakeLimits,
  packEvents,
  systemClock,
  unpackEvents,
} from "@arbitex/core/host";
import type { AnyConnector } from "@arbitex/core";
import { silentLogger } from "@arbitex/core";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, emptyTables } from "../../../test/test-database.ts";
import type { TestSiem } from "../../../test/test-connectors.ts";
import { acmeConnector, createTestSiem } from "../../../test/test-connectors.ts";
import type { Database } from "../../database/database.ts";
import type { DeadLetterArchive } from "../dead-letter-archive.ts";
import { findReplay, openReplay } from "../replay-destination.ts";
import { takeReplayLease } from "./replay-lease.ts";
import { createTableArchive } from "./table-archive.ts";
import type { TableStore } from "./table-store.ts";
import { createTableStore } from "./table-store.ts";

const ORG_A = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de00a";
const ORG_B = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de00b";

let database: Database;
let store: TableStore;
let archive: DeadLetterArchive;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await emptyTables(database);
  store = createTableStore({ database, clock: systemClock, logger: silentLogger, retentionMs: undefined });
  archive = archiveOf("one");
});

/** As another server has it. */
function archiveOf(holder: string): DeadLetterArchive {
  return createTableArchive({ database, store, clock: systemClock, holder, maxDeadLetterBytesPerOrg: undefined });
}

function recordOf(orgId: string | null, name: string): AcceptedEvent {
  const event = {
    class_uid: 3002,
    category_uid: 3,
    activity_id: 1,
    type_uid: 300_201,
    severity_id: 1,
    time: Date.now(),
    message: name,
    metadata: { version: "1.1.0", product: { name: "p", vendor_name: "v" }, tenant_uid: orgId ?? undefined },
  };
  const accepted = acceptObject(event, Date.now());
  if (!("record" in accepted)) throw new Error(JSON.stringify(accepted));
  return accepted.record;
}

function copyOf(record: AcceptedEvent): AcceptedEvent {
  const { origin, sequence } = record;
  const [copy] = unpackEvents(packEvents([record]));
  if (copy === undefined) throw new Error("nothing was unpacked");
  return Object.assign(copy, { origin, sequence });
}

interface Given {
  readonly name?: string;
  readonly orgId?: string | null;
  readonly destinationId?: string;
  readonly stage?: Stage;
  readonly reason?: string;
}

function deadLetter({
  name = "event",
  orgId = ORG_A,
  destinationId = "acme",
  stage = "rejected",
  reason = "HTTP 400: bad field 17",
}: Given = {}): DeadLetter {
  const common = { attempts: 1, ambiguous: false, firstAttemptAt: Date.now() };
  return { record: recordOf(orgId, name), destinationId, type: "acme", stage, reason, ...common };
}

const page = { orgId: undefined, limit: 10, before: undefined, withReplayed: false, withEvents: true };
const listed = (destination: string, more: object = {}) =>
  archive.page({ id: destination }, { ...page, filter: { destination }, ...more });

describe("dead letters in the table", () => {
  it("are listed newest first, page by page, with their events as accepted", async () => {
    const written = [1, 2, 3].map((at) => deadLetter({ name: `event ${at}` }));
    for (const one of written) await store.deadLetters.append([one]);
    const first = await listed("acme", { limit: 2 });
    expect(first.found).toHaveLength(2);
    expect(first.next).toBeDefined();
    const second = await listed("acme", { limit: 2, before: first.next });
    const events = [...first.found, ...second.found].map(({ deadLetter: { event } }) => event);
    expect(events.toSorted()).toEqual(written.map(({ record }) => record.json).toSorted());
    expect(second.next).toBeUndefined();
  });

  it("of another organisation are not shown, whatever the destination", async () => {
    await store.deadLetters.append([deadLetter({ orgId: ORG_A }), deadLetter({ orgId: ORG_B })]);
    const { found } = await listed("acme", { orgId: ORG_B });
    expect(found.map(({ deadLetter: { orgId } }) => orgId)).toEqual([ORG_B]);
    const groups = await archive.groups({ id: "acme" }, { filter: { destination: "acme" }, orgId: ORG_B });
    expect(groups.total).toBe(1);
  });

  it("are grouped by reasons that differ by numbers alone", async () => {
    const reasons = ["HTTP 400: bad field 17", "HTTP 400: bad field 4", "HTTP 500"];
    await store.deadLetters.append(reasons.map((reason) => deadLetter({ reason })));
    const { groups, total } = await archive.groups(
      { id: "acme" },
      { filter: { destination: "acme" }, orgId: undefined },
    );
    expect([total, groups.map(({ reason, count }) => [reason, count])]).toEqual([
      3,
      [
        ["HTTP 400: bad field #", 2],
        ["HTTP 500", 1],
      ],
    ]);
  });

  it("are counted by destination and stage, and measured by organisation, whoever changes a row", async () => {
    await store.deadLetters.append([deadLetter(), deadLetter({ stage: "limit" }), deadLetter({ orgId: null })]);
    expect(await store.counts()).toEqual(new Map([["acme", { rejected: 2, limit: 1 }]]));
    const [owned] = await store.owned();
    expect(owned).toMatchObject({ destinationId: "acme", orgId: ORG_A });
    expect(owned?.bytes).toBeGreaterThan(800);
    await sql`delete from siem_dead_letters where stage = 'limit'`.execute(database.query);
    await sql`update siem_dead_letters set outcome = 'settled' where org_id is null`.execute(database.query);
    expect(await store.counts()).toEqual(new Map([["acme", { rejected: 1 }]]));
  });

  it("with texts that PostgreSQL cannot store are stored all the same", async () => {
    await store.deadLetters.append([deadLetter({ reason: "a NUL \0 and half a \ud83d" })]);
    expect((await listed("acme")).found).toHaveLength(1);
  });

  it("are stored all or none, and once, when the database fails", async () => {
    const some = Array.from({ length: 1500 }, (_, at) => deadLetter({ name: `event ${at}` }));
    await sql`alter table siem_dead_letters add constraint full_disk check (event not like '%event 1400%')`.execute(
      database.query,
    );
    await expect(store.deadLetters.append(some)).rejects.toThrow("Dead letters cannot be written to the database");
    expect(await store.counts()).toEqual(new Map());
    await sql`alter table siem_dead_letters drop constraint full_disk`.execute(database.query);
    await store.deadLetters.append(some);
    expect(await store.counts()).toEqual(new Map([["acme", { rejected: 1500 }]]));
  });

  it("whose commit was not answered are stored once", async () => {
    const failing = createTableStore({
      database: answerless(database),
      clock: systemClock,
      logger: silentLogger,
      retentionMs: undefined,
    });
    const some = [deadLetter({ name: "one" }), deadLetter({ name: "two" })];
    await expect(failing.deadLetters.append(some)).rejects.toThrow("no answer");
    // Accepted on its own, it is another event, whatever its content.
    const [first] = some;
    const again = { ...deadLetter(), ...(first && { record: copyOf(first.record) }) };
    await failing.deadLetters.append([again]);
    expect((await listed("acme")).found).toHaveLength(3);
    await failing.deadLetters.append(some.toReversed());
    expect((await listed("acme")).found).toHaveLength(3);
  });

  it("whose commit was not answered are stored once when their event was read from the shared queue again", async () => {
    const failing = createTableStore({
      database: answerless(database),
      clock: systemClock,
      logger: silentLogger,
      retentionMs: undefined,
    });
    const one = deadLetter();
    Object.assign(one.record, { origin: 3, sequence: 17 });
    await expect(failing.deadLetters.append([one])).rejects.toThrow("no answer");
    const readAgain = copyOf(one.record);
    await failing.deadLetters.append([{ ...one, record: readAgain }]);
    expect((await listed("acme")).found).toHaveLength(1);
    await failing.deadLetters.append([{ ...one, record: Object.assign(copyOf(readAgain), { sequence: 18 }) }]);
    expect((await listed("acme")).found).toHaveLength(2);
  });

  it("are deleted when they are purged, by what they match", async () => {
    await store.deadLetters.append([deadLetter(), deadLetter({ stage: "limit" }), deadLetter({ destinationId: "b" })]);
    const meant = { onlyReplayed: false, isDryRun: false, isAbandoned: false };
    const dry = await archive.purge({ ...meant, filter: { stages: ["limit"] }, isDryRun: true });
    expect(dry.map(({ purged }) => purged)).toEqual([1, 0]);
    await archive.purge({ ...meant, filter: { stages: ["limit"], destination: "acme" } }, { id: "acme" });
    expect(await store.counts()).toEqual(
      new Map([
        ["acme", { rejected: 1 }],
        ["b", { rejected: 1 }],
      ]),
    );
    expect(await store.owned()).toHaveLength(2);
  });

  it("are left alone by a purge that another process has taken over", async () => {
    await store.deadLetters.append([deadLetter()]);
    const lease = await takeReplayLease("acme", { database, clock: systemClock, holder: "paused" });
    await sql`update siem_replay_leases set expires_at = '-infinity'`.execute(database.query);
    const next = await takeReplayLease("acme", { database, clock: systemClock, holder: "next" });
    const remove = lease.change((db) => sql`delete from siem_dead_letters`.execute(db));
    await expect(remove).rejects.toMatchObject({ code: "SIEM_REPLAY_LOCKED" });
    expect((await listed("acme")).found).toHaveLength(1);
    await next.change((db) => sql`delete from siem_dead_letters`.execute(db));
    expect((await listed("acme")).found).toHaveLength(0);
    await Promise.all([lease.release(), next.release()]);
  });

  it("older than the retention are removed", async () => {
    await store.deadLetters.append([deadLetter()]);
    await sql`update siem_dead_letters set dead_lettered_at = now() - interval '2 days'`.execute(database.query);
    await store.deadLetters.append([deadLetter()]);
    const keeping = createTableStore({
      database,
      clock: systemClock,
      logger: silentLogger,
      retentionMs: 86_400_000,
    });
    await expect.poll(() => store.counts()).toEqual(new Map([["acme", { rejected: 1 }]]));
    keeping.close();
  });
});

const run = () => ({ signal: new AbortController().signal, logger: silentLogger });

describe("a replay from the table", () => {
  const settings = {
    intakeLimits: defaultIntakeLimits,
    egress: { guard: "off" },
    redaction: { key: undefined, ofOrganisations: [] },
  } as const;

  function planTo(siem: TestSiem, connector = acmeConnector(siem)) {
    const config = connector.configSchema.parse({ url: "https://acme.example", token: "t" });
    const destination = {
      id: "acme",
      orgId: ORG_A,
      connector,
      config,
      delivery: { flushIntervalMs: 0, batchSize: 10 },
    };
    return { destination, filter: {}, archive, settings };
  }
  it("sends what waits and is the organisation's, once", async () => {
    const siem = createTestSiem();
    const plan = planTo(siem);
    const own = Array.from({ length: 25 }, (_, at) => deadLetter({ name: `event ${at}` }));
    await store.deadLetters.append([...own, deadLetter({ orgId: ORG_B })]);
    const replay = await openReplay(plan);
    expect(replay.deadLetters).toMatchObject({ found: 26, foreign: 1 });
    expect(await replay.run(run())).toMatchObject({ offered: 25, settled: 25, end: { kind: "complete" } });
    await replay.close();
    expect(siem.sent).toHaveLength(25);
    expect(await findReplay(plan)).toMatchObject({ found: 1, foreign: 1 });
    expect((await listed("acme", { withReplayed: true, limit: 50 })).found).toHaveLength(26);
  });

  it("is refused while another server replays or purges them, and possible when that one has died", async () => {
    await store.deadLetters.append([deadLetter()]);
    const dead = await archive.lock({ id: "acme" });
    const other = archiveOf("two");
    await expect(other.lock({ id: "acme" })).rejects.toThrow("being replayed or purged already");
    await sql`update siem_replay_leases set expires_at = now() - interval '1 second'`.execute(database.query);
    const taken = await other.lock({ id: "acme" });
    const [found] = (await listed("acme")).found;
    const mark = found && { deadLetter: found.deadLetter, outcome: "settled" as const };
    await expect(dead.mark(mark === undefined ? [] : [mark])).rejects.toThrow("taken");
    await expect(dead.confirm()).rejects.toThrow("taken");
    expect(dead.lost.aborted).toBe(true);
    expect((await listed("acme")).found).toHaveLength(1);
    await Promise.all([dead.close(), taken.close()]);
  });

  it("leaves what the SIEM refuses again as one waiting dead letter", async () => {
    await store.deadLetters.append([deadLetter()]);
    const replay = await openReplay(planTo(createTestSiem(), refusing("still no")));
    expect(await replay.run(run())).toMatchObject({ offered: 1, deadLettered: 1 });
    await replay.close();
    const { found } = await listed("acme");
    expect(found.map(({ deadLetter: { reason } }) => reason)).toEqual(["still no"]);
  });
});

it("a host with the table as its store writes no file, and keeps an organisation's limit", async () => {
  const connector = refusing("no");
  const config = connector.configSchema.parse({ url: "https://acme.example", token: "t" });
  const host = await createHost({
    destinations: [{ id: "acme", orgId: ORG_A, connector, config, delivery: { flushIntervalMs: 0 } }],
    deadLetterStore: store,
    maxDeadLetterBytesPerOrg: 5000,
    egress: { guard: "off" },
  });
  await host.publish([JSON.parse(recordOf(ORG_A, "x").json)]);
  await expect.poll(() => host.waitingDeadLetters()).toEqual(new Map([["acme", { rejected: 1 }]]));
  expect(await host.deadLettersOf(ORG_A)).toMatchObject({ maxBytes: 5000, destinations: [{ id: "acme" }] });
  await host.stop({ deadlineMs: 0 });
});

function refusing(reason: string): AnyConnector {
  const acme = acmeConnector(createTestSiem());
  return {
    ...acme,
    open: () => ({
      encode: (record) => record.json,
      send: async () => ({ kind: "rejected", reason, confirmed: true }),
    }),
  };
}

/** A database whose first transaction is committed, and fails all the same. */
function answerless(real: Database): Database {
  let isFirst = true;
  const query = new Proxy(real.query, {
    get(target, name, receiver) {
      if (name !== "transaction") return Reflect.get(target, name, receiver);
      return () => ({
        async execute(act: Parameters<ReturnType<typeof target.transaction>["execute"]>[0]) {
          const result = await target.transaction().execute(act);
          if (!isFirst) return result;
          isFirst = false;
          throw new Error("no answer");
        },
      });
    },
  });
  return { ...real, query };
}
