import type { Logger } from "@arbitex/core";
import type { HostSettings } from "../../config/deployment.ts";
import { systemClock } from "@arbitex/core/host";
import type { Database } from "../../database/database.ts";
import type { DatabaseChoice } from "../../database/database-choice.ts";
import { databaseChoiceOf } from "../../database/database-choice.ts";
import { openDatabase } from "../../database/open-database.ts";
import type { DatabaseParts } from "../../database/postgres.ts";
import type { ExitCode } from "../account/account.ts";
import { createLogger } from "../terminal/log.ts";
import type { CommandContext } from "./context.ts";
import { load, paintOf } from "./context.ts";

/** How a command opens the database. Most need it migrated; `db` commands do not. */
type Open = (choice: DatabaseChoice, parts: DatabaseParts) => Promise<Database>;

/** Reads the configuration, then works on its database like `withDatabase`. */
export async function withTables(
  context: CommandContext,
  act: (database: Database, settings: HostSettings) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { settings } = await load(context);
  return withDatabase(context, settings, (database) => act(database, settings));
}

/** Opens the configured database and closes it when the work ends, also by an error. */
export async function withDatabase<Result>(
  context: CommandContext,
  { database: settings, logLevel: level }: HostSettings,
  act: (database: Database, logger: Logger) => Promise<Result>,
  open: Open = openDatabase,
): Promise<Result> {
  const { terminal } = context;
  const logger = createLogger({
    level,
    write: (text) => void terminal.stderr.write(text),
    paint: terminal.stderr.isTTY === true ? paintOf(context, terminal.stderr) : undefined,
  });
  const database = await open(databaseChoiceOf(settings, terminal.workingFolder), { clock: systemClock, logger });
  try {
    return await act(database, logger);
  } finally {
    await database.close();
  }
}
