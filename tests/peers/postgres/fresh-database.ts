import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import type { ConfigStore } from "../../../packages/server/src/organisations/configs/config-store.ts";
import { run } from "../../server/command.ts";
import { openStore } from "./opened.ts";
import type { PlatformRow } from "./platform-table.ts";
import { createPlatformTable, insertPlatformRows, readAsPlatform } from "./platform-table.ts";
import type { PostgresPeer, PostgresSession } from "./postgres-peer.ts";
import { startPostgres } from "./postgres-peer.ts";

export interface CommandResult {
  readonly exitCode: number | null;
  readonly stderr: string;
  /** What `--json` printed. */
  // oxlint-disable-next-line typescript/no-explicit-any -- each test says what it expects of it
  readonly answer: any;
}

/**
 * A database of its own for each test of a file. `platform` owns its tables, as a platform's role does, and is neither
 * superuser nor above row-level security; `siem_server` has what rights it is given.
 */
export interface FreshDatabase {
  peer(): PostgresPeer;
  name(): string;
  /** As the superuser. */
  sql(statements: string): string;
  openSession(): PostgresSession;
  environment(role?: string, keys?: string): { readonly DATABASE_URL: string; readonly FERNET_KEY: string };
  /** The real command with `--json`. */
  command(words: readonly string[], environment?: Readonly<Record<string, string>>): Promise<CommandResult>;
  /** Makes the table as the platform does. */
  platformTable(rows: readonly PlatformRow[]): void;
  platformRows(rows: readonly PlatformRow[]): void;
  readAsPlatform(keys: string): ReadonlyMap<string, unknown>;
  store(role?: string, keys?: string): Promise<ConfigStore>;
  migratedStore(): Promise<ConfigStore>;
}

export function useFreshDatabase(ownKeys: string): FreshDatabase {
  let peer: PostgresPeer;
  let name = "";
  beforeAll(async () => {
    peer = await startPostgres();
    peer.sql("postgres", "create role platform login; create role siem_server login;");
  });
  afterAll(() => peer?.remove());
  beforeEach(() => {
    name = peer.createDatabase();
    peer.sql(name, "grant create, usage on schema public to platform;");
  });

  const environment: FreshDatabase["environment"] = (role = "platform", keys = ownKeys) => {
    return { DATABASE_URL: peer.urlOf(name, role), FERNET_KEY: keys };
  };
  const command: FreshDatabase["command"] = async (words, variables = environment()) => {
    const { exitCode, stdout, stderr } = await run([...words, "--json"], variables);
    return { exitCode, stderr, answer: JSON.parse(stdout) };
  };
  const store: FreshDatabase["store"] = (role, keys) => {
    const { DATABASE_URL, FERNET_KEY } = environment(role, keys);
    return openStore(DATABASE_URL, FERNET_KEY);
  };
  const table = () => ({ peer, database: name, keys: ownKeys });
  return {
    peer: () => peer,
    name: () => name,
    sql: (statements) => peer.sql(name, statements),
    openSession: () => peer.openSession(name),
    environment,
    command,
    platformTable(rows) {
      createPlatformTable({ ...table(), rows });
      peer.sql(name, "alter table siem_configs owner to platform");
    },
    platformRows: (rows) => insertPlatformRows({ ...table(), rows }),
    readAsPlatform: (keys) => readAsPlatform({ ...table(), keys }),
    store,
    async migratedStore() {
      expect(await command(["db", "migrate"])).toMatchObject({ exitCode: 0 });
      return store();
    },
  };
}
