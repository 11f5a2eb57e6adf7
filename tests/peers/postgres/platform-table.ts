import { randomUUID } from "node:crypto";
import { pythonFernet } from "../python-fernet.ts";
import type { PostgresPeer } from "./postgres-peer.ts";

/** A row as the platform writes it, its settings in plain text. */
export interface PlatformRow {
  readonly id: string;
  readonly orgId: string;
  readonly type: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

export function platformRow(orgId: string, type: string, settings: PlatformRow["settings"]): PlatformRow {
  return { id: randomUUID(), orgId, type, settings };
}

interface PlatformTable {
  readonly peer: PostgresPeer;
  readonly database: string;
  /** As `FERNET_KEY` has them; the first encrypts. */
  readonly keys: string;
  readonly rows: readonly PlatformRow[];
}

/** The table with the documented columns and no others, its timestamps without a zone, as the platform's ORM makes it. */
export function createPlatformTable({ peer, database, keys, rows }: PlatformTable): void {
  peer.sql(
    database,
    `create table siem_configs (
      id uuid primary key,
      org_id uuid not null,
      connector_type varchar(30) not null,
      config text not null,
      is_enabled boolean not null,
      created_at timestamp not null,
      updated_at timestamp not null,
      last_delivery_at timestamp,
      delivery_status varchar(20) not null
    );
    create index ix_siem_configs_org_id on siem_configs (org_id);`,
  );
  insertPlatformRows({ peer, database, keys, rows });
}

export function insertPlatformRows({ peer, database, keys, rows }: PlatformTable): void {
  if (rows.length === 0) return;
  const plains = rows.map(({ settings }) => Buffer.from(JSON.stringify(settings)).toString("hex"));
  const tokens = pythonFernet({ keys, jobs: plains.map((plain) => ({ do: "encrypt", plain, at: 1_760_000_000 })) });
  const values = rows.map(
    ({ id, orgId, type }, at) =>
      `('${id}', '${orgId}', '${type}', '${tokens[at]}', true, '2026-11-25 12:00:00', '2026-11-25 12:00:00', 'healthy')`,
  );
  const columns = "id, org_id, connector_type, config, is_enabled, created_at, updated_at, delivery_status";
  peer.sql(database, `insert into siem_configs (${columns}) values ${values.join(", ")};`);
}

/** What the platform's own code reads from rows, by their ids: the settings, and our key beside them. */
export function readAsPlatform({ peer, database, keys }: Omit<PlatformTable, "rows">): ReadonlyMap<string, unknown> {
  const lines = peer.sql(database, "select id || ' ' || config from siem_configs").split("\n");
  const rows = lines.map((line) => line.split(" "));
  const plains = pythonFernet({
    keys,
    jobs: rows.map(([, token = ""]) => ({ do: "decrypt", token, at: 1_760_000_000 })),
  });
  return new Map(
    rows.map(([id = ""], at) => {
      const plain = plains[at];
      return [id, plain == null ? null : JSON.parse(Buffer.from(plain, "hex").toString())];
    }),
  );
}
