import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret, silentLogger } from "@arbitex/core";
import { systemClock } from "@arbitex/core/host";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createTokenStore } from "../access/token-store.ts";
import { databaseChoiceOf } from "./database-choice.ts";
import { openDatabase } from "./open-database.ts";

// Making an embedded database takes seconds, and more on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "database-"));
});
afterAll(() => rm(folder, { recursive: true }));

const parts = { clock: systemClock, logger: silentLogger };

describe("the embedded database", () => {
  it("makes its folder and its tables, keeps others out, and has its rows when it is opened again", async () => {
    const path = join(folder, "new", "database");
    // The process that created it was killed half-way.
    await mkdir(join(path, "data.new", "base"), { recursive: true });
    await chmod(path, 0o755);
    const choice = { kind: "embedded", path, isRequested: true } as const;
    const first = await openDatabase(choice, parts);
    const tokens = createTokenStore({ database: first, clock: systemClock });
    const { record } = await tokens.create({ name: "a", scope: { kind: "admin" }, expiresAt: null });

    const refusal: unknown = await openDatabase(choice, parts).catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      code: "SIEM_DATABASE_LOCKED",
      message: expect.stringMatching(new RegExp(`process ${process.pid} .*SIEM_DATABASE_PATH.*DATABASE_URL`)),
    });

    await Promise.all([first.close(), first.close()]);
    expect(await readdir(path)).toEqual(["data"]);
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    const modes = await Promise.all(entries.map((entry) => stat(join(entry.parentPath, entry.name))));
    // Whole rows are in them, and whose tokens there are.
    expect([await stat(path), ...modes].filter(({ mode }) => (mode & 0o077) !== 0)).toEqual([]);
    const second = await openDatabase(choice, parts);
    expect(await createTokenStore({ database: second, clock: systemClock }).list()).toEqual([record]);
    await second.close();
  });
});

it("an embedded database that another process has taken over is not written to at its end", async () => {
  // That of the test before, which opens faster; where it is not there, it is made.
  const path = join(folder, "new", "database");
  const lost = new AbortController();
  const logger = { ...silentLogger, error: () => lost.abort() };
  const database = await openDatabase({ kind: "embedded", path, isRequested: true }, { ...parts, logger });
  await createTokenStore({ database, clock: systemClock }).list();
  const lock = join(path, "lock");
  await rename(lock, `${lock}.old`);
  await writeFile(lock, "another");
  await rm(`${lock}.old`);
  const before = await timesIn(path);
  await vi.waitUntil(() => lost.signal.aborted, { timeout: 20_000 });
  await database.close();
  expect(await timesIn(path)).toEqual(before);
});

/** When each file was last written to. */
async function timesIn(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const lines = await Promise.all(files.map(async (file) => `${file} ${(await stat(file)).mtimeMs}`));
  return lines.toSorted();
}

it("an embedded database whose files are damaged is an error that says so, and is not locked by it", async () => {
  const path = join(folder, "damaged");
  await mkdir(join(path, "data"), { recursive: true });
  await writeFile(join(path, "data", "PG_VERSION"), "x");
  const refusal: unknown = await openDatabase({ kind: "embedded", path, isRequested: true }, parts).catch(
    (error: unknown) => error,
  );
  expect(refusal).toMatchObject({ code: "SIEM_DATABASE_CONNECT", message: expect.stringContaining(path) });
  expect(await readdir(path)).toEqual(["data"]);
});

describe("which database is meant", () => {
  const url = new Secret("postgresql://siem:s3cret@db/arbitex");

  it("is PostgreSQL wherever its address is given", () => {
    expect(databaseChoiceOf({ url, path: ".", isPathNamed: true }, folder)).toEqual({ kind: "postgres", url });
  });

  it.each([
    ["somebody names its folder", { path: "none", isPathNamed: true }, true],
    ["its folder is there", { path: ".", isPathNamed: false }, true],
    ["neither", { path: "none", isPathNamed: false }, false],
  ])("is the embedded one otherwise, which is opened when %s", (_name, settings, isRequested) => {
    const choice = databaseChoiceOf({ url: undefined, ...settings }, folder);
    expect(choice).toEqual({ kind: "embedded", path: join(folder, settings.path), isRequested });
  });
});

it("a database that is not there is an error that names it, and not its password", async () => {
  const url = new Secret("postgresql://siem:s3cret@127.0.0.1:1/arbitex");
  const refusal: unknown = await openDatabase({ kind: "postgres", url }, parts).catch((error: unknown) => error);
  expect(refusal).toMatchObject({
    code: "SIEM_DATABASE_CONNECT",
    message: expect.stringContaining("127.0.0.1:1/arbitex"),
  });
  expect(String(refusal)).not.toContain("s3cret");
});
