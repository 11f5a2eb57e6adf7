import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { secret } from "../../../test/fernet-vectors.ts";
import { createFakeClock } from "../../../../core/test/fake-clock.ts";
import { createTestDatabase, emptyTables } from "../../../test/test-database.ts";
import { createSqlConfigStore } from "../configs/sql-config-store.ts";
import type { Database } from "../../database/database.ts";
import { createFernet } from "./fernet.ts";
import { parseFernetKeys } from "./fernet-keys.ts";
import type { RotationAccount } from "./rotate-secrets.ts";
import { countLeft, foreseeRotation, rotateSecrets } from "./rotate-secrets.ts";
import { createSettingsCipher } from "./encrypted-settings.ts";

const newKey = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
const acme = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001";
const clock = createFakeClock();
const old = cipherWith(secret);
const current = cipherWith(`${newKey},${secret}`);

let database: Database;
beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(() => emptyTables(database));
afterAll(() => database.close());

function cipherWith(keys: string) {
  return createSettingsCipher({ keys: parseFernetKeys(keys), now: clock.now });
}

function storeWith(cipher = old) {
  return createSqlConfigStore({ database, cipher, clock });
}

async function createRows(count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let at = 0; at < count; at++) {
    const { id } = await storeWith()
      .forOrg(acme)
      .create({
        connectorType: "splunk_hec",
        name: null,
        isEnabled: true,
        settings: { token: `secret-${at}` },
        delivery: {},
        filter: {},
        secretChanges: {},
      });
    ids.push(id);
  }
  return ids;
}

async function createPlatformRow(): Promise<string> {
  const id = randomUUID();
  const config = createFernet({ keys: parseFernetKeys(secret), now: clock.now }).encrypt('{"token":"p"}');
  await sql`insert into siem_configs (id, org_id, connector_type, config) values (${id}, ${acme}, 'elastic', ${config})`.execute(
    database.query,
  );
  return id;
}

function rotate(
  cipher = current,
  { onProgress = () => {}, signal = new AbortController().signal }: Partial<Watch> = {},
) {
  return rotateSecrets({ database, cipher, clock, onProgress, signal });
}
interface Watch {
  readonly onProgress: (account: RotationAccount) => void;
  readonly signal: AbortSignal;
}

describe("a rotation", () => {
  it("leaves every row to the new key alone, and binds those of the platform", async () => {
    const ids = [...(await createRows(3)), await createPlatformRow()];
    expect(await countLeft(database, current)).toBe(4);
    expect(await rotate()).toEqual({ rotated: 3, upgraded: 1, unreadable: [] });
    expect(await countLeft(database, current)).toBe(0);
    const read = await storeWith(cipherWith(newKey)).read(ids);
    expect(read.map(({ settings }) => JSON.stringify(settings)).toSorted()).toEqual(
      ["p", "secret-0", "secret-1", "secret-2"].map((token) => JSON.stringify({ token })),
    );
    expect(await rotate()).toEqual({ rotated: 0, upgraded: 0, unreadable: [] });
  });

  it("is no change of a configuration", async () => {
    const [id = ""] = await createRows(1);
    const before = await storeWith().forOrg(acme).get(id);
    await rotate();
    expect(await storeWith(current).forOrg(acme).get(id)).toEqual(before);
  });

  it("goes on with what is left after it was ended", async () => {
    await createRows(5);
    const ending = new AbortController();
    const first = await rotate(current, {
      onProgress: ({ rotated }) => rotated === 2 && ending.abort(),
      signal: ending.signal,
    });
    expect([first.rotated, await countLeft(database, current)]).toEqual([2, 3]);
    expect((await rotate()).rotated).toBe(3);
  });

  it("names the rows that cannot be read, keeps them as they are and rotates the rest", async () => {
    const [id = "", twin = ""] = await createRows(2);
    await sql`update siem_configs set config = (select config from siem_configs where id = ${id})
      where id = ${twin}`.execute(database.query);
    const stranger = await createPlatformRow();
    await sql`update siem_configs set config = 'damaged' where id = ${stranger}`.execute(database.query);
    const foreseen = await foreseeRotation(database, current);
    const account = await rotate();
    expect(account).toMatchObject({ rotated: 1, upgraded: 0 });
    expect(new Map(account.unreadable.map((row) => [row.id, row.reason]))).toEqual(
      new Map([
        [twin, expect.stringContaining("another configuration")],
        [stranger, expect.stringContaining("FERNET_KEY")],
      ]),
    );
    expect(foreseen).toMatchObject({ rotated: 1, upgraded: 0 });
    expect(foreseen.unreadable).toHaveLength(2);
    expect(await countLeft(database, current)).toBe(2);
  });

  it("is foreseen without changing anything", async () => {
    await createRows(2);
    await createPlatformRow();
    const rows = () => database.query.selectFrom("siem_configs").selectAll().orderBy("id").execute();
    const before = await rows();
    expect(await foreseeRotation(database, current)).toEqual({ rotated: 2, upgraded: 1, unreadable: [] });
    expect(await rows()).toEqual(before);
  });
});
