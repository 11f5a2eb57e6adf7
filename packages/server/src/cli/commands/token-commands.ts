import { systemClock } from "@arbitex/core/host";
import type { ExitCode } from "../account/account.ts";
import { audited, commandLineActor } from "../shared/audited.ts";
import type { CommandContext } from "../shared/context.ts";
import { paintOf, printJson, printLines, widthOf } from "../shared/context.ts";
import { UsageError } from "../../usage-error.ts";
import { momentOf } from "../shared/moment.ts";
import { withTables } from "../shared/with-database.ts";
import { printable } from "../terminal/paint.ts";
import type { Cell } from "../terminal/table.ts";
import { tableLines } from "../terminal/table.ts";
import { tokenEventOf } from "../../api/token-events.ts";
import type { Database } from "../../database/database.ts";
import { parseScope, scopeText } from "../../access/scope-text.ts";
import type { TokenRecord, TokenStore } from "../../access/token-store.ts";
import { createTokenStore } from "../../access/token-store.ts";

export interface NewTokenOptions {
  readonly scope: string;
  readonly name?: string | undefined;
  /** A date, or a time from now. */
  readonly expires?: string | undefined;
}

export function createToken(
  context: CommandContext,
  { scope: text, name, expires }: NewTokenOptions,
): Promise<ExitCode> {
  const scope = parseScope(text);
  if (scope === undefined) {
    throw new UsageError(`There is no scope "${text}". Give ingest, admin, or org: and an organisation's UUID.`);
  }
  const expiresAt = expires === undefined ? null : expiryOf(expires, systemClock.now());
  return withTables(context, async (database) => {
    const { token, record } = await audited(database, async (tables) => {
      const result = await storeOf(tables).create({ scope, name: name ?? scopeText(scope), expiresAt });
      return { result, event: tokenEventOf("created", result.record, commandLineActor(), systemClock.now()) };
    });
    if (context.json) printJson(context, { token: token.reveal(), ...recordJson(record) });
    else {
      // Only the token goes to stdout, so that a script can read it.
      printLines(context.terminal.stdout, [token.reveal()]);
      const until = expiresAt === null ? "does not expire" : `expires ${expiresAt.toISOString()}`;
      printLines(context.terminal.stderr, [
        `Token ${record.id} (${scopeText(scope)}) ${until}. It is shown this once; only its hash is stored.`,
      ]);
    }
    return 0;
  });
}

function expiryOf(text: string, now: number): Date {
  const at = momentOf(text, { option: "--expires", now, span: "ahead" });
  if (at > now) return new Date(at);
  throw new UsageError(`--expires "${text}" is over already: give a later date, or how long from now, such as 90d.`);
}

export function listTokens(context: CommandContext): Promise<ExitCode> {
  return withTables(context, async (database) => {
    const records = await storeOf(database).list();
    const { stdout } = context.terminal;
    if (context.json) printJson(context, { tokens: records.map(recordJson) });
    else if (records.length === 0) {
      printLines(stdout, ["There is no token. Make one with: arbitex-siem tokens create --scope ingest"]);
    } else {
      const paint = paintOf(context);
      printLines(stdout, tableLines(COLUMNS, records.map(cellsOf), { paint, width: widthOf(stdout) }));
    }
    return 0;
  });
}

export function revokeToken(context: CommandContext, id: string): Promise<ExitCode> {
  return withTables(context, async (database) => {
    const { record } = await audited(database, async (tables) => {
      const result = await storeOf(tables).revoke(id);
      if (result === undefined) throw new UsageError(`There is no token "${id}". See: arbitex-siem tokens list`);
      const event = tokenEventOf("revoked", result.record, commandLineActor(), systemClock.now());
      return { result, event: result.isNew ? event : undefined };
    });
    if (context.json) printJson(context, recordJson(record));
    else printLines(context.terminal.stdout, [`${printable(record.name)} is revoked. Servers refuse it from now on.`]);
    return 0;
  });
}

function storeOf(database: Database): TokenStore {
  return createTokenStore({ database, clock: systemClock });
}

const COLUMNS = [
  { title: "ID" },
  { title: "NAME", shrinkTo: 8 },
  { title: "SCOPE", shrinkTo: 12 },
  { title: "STATE" },
  { title: "CREATED" },
  { title: "EXPIRES" },
  { title: "LAST USED" },
];

function cellsOf(record: TokenRecord): readonly Cell[] {
  const state = stateOf(record, systemClock.now());
  return [
    record.id,
    printable(record.name),
    record.scope === undefined ? "unknown" : scopeText(record.scope),
    state === "active" ? { text: state, style: "green" } : { text: state, style: "dim" },
    dayOf(record.createdAt),
    record.expiresAt === null ? "never" : dayOf(record.expiresAt),
    record.lastUsedAt === null ? "never" : dayOf(record.lastUsedAt),
  ];
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function stateOf({ expiresAt, revokedAt }: TokenRecord, now: number): "active" | "expired" | "revoked" {
  if (revokedAt !== null) return "revoked";
  return expiresAt !== null && expiresAt.getTime() <= now ? "expired" : "active";
}

function recordJson(record: TokenRecord) {
  return {
    id: record.id,
    name: record.name,
    scope: record.scope === undefined ? null : scopeText(record.scope),
    state: stateOf(record, systemClock.now()),
    created_at: record.createdAt,
    expires_at: record.expiresAt,
    last_used_at: record.lastUsedAt,
    revoked_at: record.revokedAt,
  };
}
