import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { silentLogger } from "@arbitex/core";
import { systemClock } from "@arbitex/core/host";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { secret } from "../../../test/fernet-vectors.ts";
import { runCommandLine } from "../cli.ts";
import { createSqlConfigStore } from "../../organisations/configs/sql-config-store.ts";
import { openDatabase } from "../../database/open-database.ts";
import { parseFernetKeys } from "../../organisations/secrets/fernet-keys.ts";
import { createSettingsCipher } from "../../organisations/secrets/encrypted-settings.ts";

const newKey = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
const acme = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001";

const DAYS_90_MS = 90 * 86_400_000;

// Making an embedded database takes seconds, and more on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "commands-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function run(line: string, environment: Readonly<Record<string, string>> = {}) {
  let stdout = "";
  let stderr = "";
  const exitCode = await runCommandLine(line.split(" "), {
    stdin: Readable.from([]),
    stdout: { write: (text) => ((stdout += text), true) },
    stderr: { write: (text) => ((stderr += text), true) },
    environment,
    workingFolder: folder,
    onSignal: () => () => undefined,
    onReload: () => () => undefined,
    onOrphaned: () => () => undefined,
    kill: () => undefined,
  });
  return { exitCode, stdout, stderr };
}

const json = async (line: string, environment?: Readonly<Record<string, string>>) => {
  const { exitCode, stdout } = await run(`${line} --json`, environment);
  return { exitCode, answer: JSON.parse(stdout) };
};

it("db migrate makes the embedded database in this folder, once", async () => {
  const foreseen = await json("db migrate --dry-run");
  expect(foreseen).toMatchObject({ exitCode: 0, answer: { kind: "embedded", dry_run: true } });
  expect(foreseen.answer.migrations).toContain("0001_siem_configs");
  expect(await readdir(folder)).toEqual([]);
  expect((await run("db migrate")).stdout).toMatch(/✓ 0001_siem_configs\n.*✓ 0002_siem_tokens/);
  const again = await run("db migrate");
  expect([again.exitCode, again.stdout]).toEqual([0, expect.stringContaining("nothing to do")]);
});

/** Audit events that wait for a server. */
async function outboxTexts(): Promise<readonly string[]> {
  const choice = { kind: "embedded", path: join(folder, "database"), isRequested: true } as const;
  const database = await openDatabase(choice, { clock: systemClock, logger: silentLogger });
  try {
    const rows = await database.query.selectFrom("siem_audit_outbox").select("event").orderBy("created_at").execute();
    return rows.map(({ event }) => JSON.stringify(event));
  } finally {
    await database.close();
  }
}

describe("tokens", () => {
  it("are printed alone on stdout, listed without themselves, and revoked", async () => {
    const began = Date.now();
    const made = await run(`tokens create --scope org:${acme} --name SOC --expires 90d`);
    const ended = Date.now();
    expect(made).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^siem_[\w-]{43}\n$/) });
    expect(made.stderr).toContain("only its hash is stored");
    const { answer } = await json("tokens list");
    const [token] = answer.tokens;
    expect(token).toMatchObject({ name: "SOC", scope: `org:${acme}`, state: "active", last_used_at: null });
    expect(Date.parse(token.expires_at)).toBeGreaterThanOrEqual(began + DAYS_90_MS);
    expect(Date.parse(token.expires_at)).toBeLessThanOrEqual(ended + DAYS_90_MS);

    expect(await run(`tokens revoke ${token.id}`)).toMatchObject({
      exitCode: 0,
      stdout: "SOC is revoked. Servers refuse it from now on.\n",
    });
    const { stdout } = await run("tokens list");
    expect(stdout).toMatch(/^ID +NAME +SCOPE +STATE +CREATED +EXPIRES +LAST USED\n/);
    expect(stdout).toContain("revoked");
    expect(stdout).not.toContain(made.stdout.trim());
    await run(`tokens revoke ${token.id}`);
    const texts = await outboxTexts();
    expect(texts.map((text) => JSON.parse(text).message)).toEqual([
      'The API token "SOC" was made.',
      'The API token "SOC" was revoked.',
    ]);
    for (const text of texts) expect(JSON.parse(text).metadata.tenant_uid).toBe(acme);
    expect(texts.join("")).toContain("the command line (");
    expect(texts.join("")).not.toContain(made.stdout.trim());
  });

  it.each([
    ["tokens create --scope root", 'no scope "root"'],
    ["tokens create", "--scope"],
    ["tokens create --scope ingest --expires 2020-01-01", "is over already"],
    ["tokens create --scope ingest --expires soon", "how long from now"],
    ["tokens revoke nothing", 'no token "nothing"'],
  ])("say what is wrong with: %s", async (line, said) => {
    const { exitCode, stdout, stderr } = await run(line);
    expect([exitCode, stdout, stderr]).toEqual([2, "", expect.stringContaining(said)]);
  });
});

describe("secrets rotate", () => {
  it("needs a key, in development too", async () => {
    const { exitCode, stderr } = await run("secrets rotate");
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("FERNET_KEY is not set")]);
  });

  it("says what it would do, does it, and says when older keys may go", async () => {
    await createConfig();
    const both = { FERNET_KEY: `${newKey},${secret}` };
    const lost = await run("secrets rotate", { FERNET_KEY: newKey });
    expect([lost.exitCode, lost.stdout]).toEqual([1, expect.stringContaining("stays as it is")]);
    const foreseen = await run("secrets rotate --dry-run", both);
    expect([foreseen.exitCode, foreseen.stdout]).toEqual([0, expect.stringMatching(/^1 row would be encrypted anew/)]);
    const done = await run("secrets rotate", both);
    expect([done.exitCode, done.stdout]).toEqual([0, expect.stringContaining("older keys may be taken out")]);
    expect((await outboxTexts()).at(-1)).toContain("1 SIEM configuration was encrypted with another key.");
  });
});

async function createConfig(): Promise<void> {
  const path = join(folder, "database");
  const choice = { kind: "embedded", path, isRequested: true } as const;
  const database = await openDatabase(choice, { clock: systemClock, logger: silentLogger });
  const cipher = createSettingsCipher({ keys: parseFernetKeys(secret), now: systemClock.now });
  const store = createSqlConfigStore({ database, cipher, clock: systemClock });
  await store.forOrg(acme).create({
    connectorType: "splunk_hec",
    name: null,
    isEnabled: true,
    settings: { token: "t" },
    delivery: {},
    filter: {},
    secretChanges: {},
  });
  await database.close();
}
