import type { Kysely } from "kysely";
import { sql } from "kysely";
import type { Tables } from "./schema.ts";

/** A column of `siem_configs` in the database. */
interface Column {
  readonly name: string;
  /** In PostgreSQL's notation: `character varying(30)`. */
  readonly type: string;
  /** Most characters; null when unbounded. */
  readonly length: number | null;
  readonly isRequired: boolean;
  readonly hasDefault: boolean;
  readonly isGenerated: boolean;
  /** Labels of an enum. */
  readonly labels: readonly string[] | null;
}

/**
 * Problems of the table `siem_configs` as a platform may have created it, each with the column, the reason and a fix.
 * Empty when there is no such table. Reads the catalogue only, so it can run before anything is changed.
 */
export async function tableProblems(db: Kysely<Tables>): Promise<readonly string[]> {
  const kind = await kindOfTable(db);
  if (kind === undefined) return [];
  const what = NOT_TABLES[kind];
  if (what !== undefined)
    return [`siem_configs is ${what}: the server writes to it and adds columns. Give it a table.`];
  const columns = await columnsOf(db);
  const missing = Object.keys(DOCUMENTED).filter((name) => !columns.some((column) => column.name === name));
  if (missing.length > 0) {
    return [
      `There is a table siem_configs without ${missing.join(", ")}: it is not the platform's. Rename it, or use another database or schema.`,
    ];
  }
  return [...columns.flatMap(problemsOfColumn), ...(await problemsOfId(db, columns))];
}

const NOT_TABLES: Readonly<Record<string, string>> = {
  v: "a view",
  m: "a materialized view",
  f: "a foreign table",
};

async function kindOfTable(db: Kysely<Tables>): Promise<string | undefined> {
  const { rows } = await sql<{ kind: string }>`
    select relkind::text as kind from pg_class where oid = to_regclass('siem_configs')`.execute(db);
  return rows[0]?.kind;
}

async function columnsOf(db: Kysely<Tables>): Promise<readonly Column[]> {
  const { rows } = await sql<Column>`
    select attname as name, format_type(coalesce(nullif(typbasetype, 0), atttypid),
        case when typbasetype = 0 then atttypmod else typtypmod end) as type,
      case when coalesce(nullif(typbasetype, 0), atttypid) in ('varchar'::regtype, 'bpchar'::regtype)
        then nullif(case when typbasetype = 0 then atttypmod else typtypmod end, -1) - 4 end as length,
      attnotnull as "isRequired", atthasdef and attgenerated = '' or attidentity <> '' as "hasDefault",
      attgenerated <> '' or attidentity = 'a' as "isGenerated",
      (select array_agg(enumlabel::text) from pg_enum where enumtypid = atttypid) as labels
    from pg_attribute join pg_type on pg_type.oid = atttypid
    where attrelid = to_regclass('siem_configs') and attnum > 0 and not attisdropped
    order by attnum`.execute(db);
  return rows;
}

interface Wanted {
  /** Accepted types, in PostgreSQL's notation without a length. */
  readonly types: readonly string[];
  /** Characters that must fit. */
  readonly length?: number;
  /** Labels that an enum must have. */
  readonly labels?: readonly string[];
}

const TEXT = ["text", "character varying"];
const TIME = ["timestamp without time zone", "timestamp with time zone"];
const JSON_TYPES = ["jsonb", "json"];
const ID = { types: ["uuid", "text", "character varying", "character"], length: 36 };

const DOCUMENTED: Readonly<Record<string, Wanted>> = {
  id: ID,
  org_id: ID,
  connector_type: { types: TEXT, length: 30 },
  // A token is a third longer than the settings, of which a request carries up to 64 KiB.
  config: { types: TEXT, length: 100_000 },
  is_enabled: { types: ["boolean"] },
  created_at: { types: TIME },
  updated_at: { types: TIME },
};

const ADDED: Readonly<Record<string, Wanted>> = {
  last_delivery_at: { types: TIME },
  delivery_status: { types: TEXT, length: 8, labels: ["pending", "healthy", "degraded", "failed"] },
  name: { types: TEXT, length: 100 },
  delivery: { types: JSON_TYPES },
  filter: { types: JSON_TYPES },
  secret_changes: { types: JSON_TYPES },
  version: { types: ["integer"] },
  key_id: { types: TEXT, length: 32 },
  last_error: { types: TEXT, length: 2000 },
  fix: { types: TEXT, length: 2000 },
  error_since: { types: TIME },
  counts: { types: JSON_TYPES },
  counts_by_server: { types: ["jsonb"] },
};

function problemsOfColumn(column: Column): readonly string[] {
  const { name, type, length, isRequired, hasDefault, isGenerated, labels } = column;
  const place = `siem_configs.${name}`;
  const wanted = DOCUMENTED[name] ?? ADDED[name];
  if (wanted === undefined) {
    if (!isRequired || hasDefault || isGenerated) return [];
    return [
      `${place} is NOT NULL without a default, and the server does not know it: its new rows would be refused. Give it a default, or let it be null.`,
    ];
  }
  if (isGenerated) return [`${place} is generated, and the server writes it. Make it a plain column.`];
  if (labels !== null && wanted.labels !== undefined) {
    const missing = wanted.labels.filter((label) => !labels.includes(label));
    if (missing.length === 0) return [];
    const fix = missing.map((label) => `alter type ${type} add value '${label}';`).join(" ");
    return [`${place} is the enum ${type} without ${missing.join(", ")}. Add what is missing: ${fix}`];
  }
  if (!wanted.types.includes(type.replace(/\(.*?\)/, ""))) {
    return [`${place} is ${type}: expected ${wanted.types.join(" or ")}. Change its type, or give it another name.`];
  }
  if (length !== null && wanted.length !== undefined && length < wanted.length) {
    return [`${place} is ${type}: ${wanted.length} letters must fit. Make it text.`];
  }
  return [];
}

/** Rows are looked up by id alone, so it must be unique. Ids stored as text must be UUIDs in lower case. */
async function problemsOfId(db: Kysely<Tables>, columns: readonly Column[]): Promise<readonly string[]> {
  const problems: string[] = [];
  const { rows } = await sql<{ found: boolean }>`
    select exists (
      select from pg_index
      where indrelid = to_regclass('siem_configs') and indisunique and indpred is null and indnkeyatts = 1
        and indkey[0] = (select attnum from pg_attribute where attrelid = indrelid and attname = 'id')
    ) as found`.execute(db);
  if (rows[0]?.found !== true) {
    problems.push("siem_configs.id is not unique by itself. Make it the primary key.");
  }
  for (const { name, type } of columns) {
    if ((name !== "id" && name !== "org_id") || type === "uuid") continue;
    const { rows: odd } = await sql<{ value: string }>`
      select ${sql.ref(name)}::text as value from siem_configs
      where ${sql.ref(name)}::text !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' limit 1`.execute(db);
    const [first] = odd;
    if (first !== undefined) {
      problems.push(`siem_configs.${name} is ${type} and holds "${first.value}": expected UUIDs in small letters.`);
    }
  }
  return problems;
}
