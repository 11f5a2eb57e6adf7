import { describe, expect, it } from "vitest";
import { start } from "../server/command.ts";
import { useFreshDatabase } from "./postgres/fresh-database.ts";
import { platformRow } from "./postgres/platform-table.ts";
import { pythonKeys } from "./python-fernet.ts";
import { until } from "./until.ts";

const acme = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001";
const [oldKey = "", newKey = ""] = pythonKeys(2).split(",");
const both = `${newKey},${oldKey}`;
const COUNT = 1500;
const rows = Array.from({ length: COUNT }, (_, at) => platformRow(acme, "splunk_hec", settingsOf(at)));

const db = useFreshDatabase(oldKey);

function settingsOf(at: number) {
  return { url: "https://splunk.example", token: `secret-${at}` };
}

function left(): number {
  return Number(db.sql("select count(*) from siem_configs where key_id is null"));
}

describe("secrets rotate", () => {
  it("killed half-way goes on with what is left; the platform reads every row with the new key", async () => {
    db.platformTable(rows);
    await db.migratedStore();
    const killed = start(["secrets", "rotate"], db.environment("platform", both));
    await until(() => left() < COUNT, { what: "the first row", limitMs: 20_000 });
    killed.process.kill("SIGKILL");
    await killed.finished;
    const remaining = left();
    expect(remaining).toBeGreaterThan(0);
    const seen = await db.command(["secrets", "rotate", "--dry-run"], db.environment("platform", both));
    expect(seen).toMatchObject({ exitCode: 0, answer: { upgraded: remaining, rotated: 0, left: remaining } });
    const resumed = await db.command(["secrets", "rotate"], db.environment("platform", both));
    expect(resumed).toMatchObject({
      exitCode: 0,
      answer: { upgraded: remaining, rotated: 0, unreadable: [], left: 0 },
    });
    const read = db.readAsPlatform(newKey);
    for (const { id, settings } of rows) expect(read.get(id)).toMatchObject(settings);
    expect(db.sql("select distinct version from siem_configs")).toBe("1");
  });

  it("twice at once does every row once", async () => {
    db.platformTable(rows);
    await db.migratedStore();
    const runs = await Promise.all(
      [1, 2].map(() => db.command(["secrets", "rotate"], db.environment("platform", both))),
    );
    expect(runs.map(({ exitCode, answer }) => [exitCode, answer.left])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(runs.reduce((sum, { answer }) => sum + answer.upgraded, 0)).toBe(COUNT);
    const configs = await db.store("platform", newKey);
    expect(await configs.forOrg(acme).get(rows[7]?.id ?? "")).toMatchObject({ settings: settingsOf(7) });
  });

  it("ends with 1 and names what it cannot read", async () => {
    db.platformTable(rows.slice(0, 3));
    await db.migratedStore();
    const lost = await db.command(["secrets", "rotate"], db.environment("platform", newKey));
    expect(lost).toMatchObject({ exitCode: 1, answer: { upgraded: 0, left: 3 } });
    expect(lost.answer.unreadable).toContainEqual({
      id: rows[0]?.id,
      org_id: acme,
      reason: expect.stringContaining("FERNET_KEY"),
    });
  });
});
