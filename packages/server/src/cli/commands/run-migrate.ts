import { existsSync } from "node:fs";
import type { ExitCode } from "../account/account.ts";
import type { CommandContext } from "../shared/context.ts";
import { load, paintOf, printJson, printLines } from "../shared/context.ts";
import { withDatabase } from "../shared/with-database.ts";
import type { Database } from "../../database/database.ts";
import { assertUsable, migrate, missingMigrations } from "../../database/migrate.ts";
import { migrations } from "../../database/migrations/index.ts";
import { databaseChoiceOf } from "../../database/database-choice.ts";
import { bypassesRowSecurity, connectDatabase } from "../../database/open-database.ts";

/** Runs the missing migrations. */
export async function runMigrate(context: CommandContext, isDryRun: boolean): Promise<ExitCode> {
  const { settings } = await load(context);
  const choice = databaseChoiceOf(settings.database, context.terminal.workingFolder);
  // A dry run must not open the embedded database, because opening creates it.
  const report =
    isDryRun && choice.kind === "embedded" && !existsSync(choice.path)
      ? { database: choice.path, kind: choice.kind, migrations: Object.keys(migrations), isFenced: false }
      : await withDatabase(context, settings, (database) => reportOn(database, isDryRun), openPatiently);
  if (context.json) {
    const { isFenced, ...rest } = report;
    printJson(context, { ...rest, dry_run: isDryRun, row_security: isFenced });
  } else printLines(context.terminal.stdout, reportLines(context, report, isDryRun));
  return 0;
}

/** Opens the database without a limit on lock waits: each migration sets its own. */
const openPatiently: typeof connectDatabase = (choice, parts) => connectDatabase(choice, { ...parts, isPatient: true });

interface Report {
  readonly database: string;
  readonly kind: Database["kind"];
  /** Migrations that ran, or would run. */
  readonly migrations: readonly string[];
  /** Whether row-level security applies to this role. */
  readonly isFenced: boolean;
}

async function reportOn(database: Database, isDryRun: boolean): Promise<Report> {
  if (isDryRun) await assertUsable(database);
  const names = await (isDryRun ? missingMigrations(database) : migrate(database));
  return {
    database: database.name,
    kind: database.kind,
    migrations: names,
    isFenced: !(await bypassesRowSecurity(database)),
  };
}

function reportLines(
  context: CommandContext,
  { database, kind, migrations: names, isFenced }: Report,
  isDryRun: boolean,
) {
  const paint = paintOf(context);
  const what = isDryRun ? "this would be run (nothing was, it is a dry run)" : "this was run";
  return [
    names.length === 0 ? `${database}: nothing to do, all tables are there.` : `${database}: ${what}`,
    ...names.map((name) => `  ${paint("green", "✓")} ${name}`),
    ...(kind === "postgres" && !isFenced ? ["", paint("yellow", UNFENCED)] : []),
  ];
}

const UNFENCED =
  "This role is above row-level security (a superuser, or BYPASSRLS). Let the server run as another: see docs/database.md.";
