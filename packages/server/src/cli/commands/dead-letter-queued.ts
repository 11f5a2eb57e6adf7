import {
  deadLetterLeftover,
  createFileDeadLetters,
  deadLetterPathOf,
  inspectQueueFolder,
  openDiskQueueStore,
  systemClock,
} from "@arbitex/core/host";
import type { HostSettings } from "../../config/deployment.ts";
import type { ExitCode } from "../account/account.ts";
import type { CommandContext } from "../shared/context.ts";
import { load, printJson, printLines } from "../shared/context.ts";
import { UsageError } from "../../usage-error.ts";
import { wantedDatabase } from "../../database/database-choice.ts";
import { isUuid } from "../../database/uuid.ts";
import { createLogger } from "../terminal/log.ts";
import { counted } from "../terminal/numbers.ts";

/** The destination's type is unknown, because its configuration is gone. */
const UNKNOWN_TYPE = "unknown";

/** Moves events queued for a destination that is no longer configured to the dead letters. */
export async function deadLetterQueued(context: CommandContext, id: string, path?: string): Promise<ExitCode> {
  const { destinations, settings } = await load(context);
  if (destinations.some((destination) => destination.id === id)) {
    throw new UsageError(`Destination "${id}" is configured: its queue is delivered. Remove it there first.`);
  }
  if (await isOrganisations(context, id, settings)) {
    throw new UsageError(
      `Destination "${id}" is an organisation's, in the database. Delete it there: that settles its queue.`,
    );
  }
  const folder = path ?? settings.queue.path;
  // Checked first: opening the store would create a missing folder.
  assertQueued(id, await inspectQueueFolder(folder));
  const { stderr } = context.terminal;
  const logger = createLogger({ level: "warn", write: (text) => stderr.write(text), paint: undefined });
  const deadLetterPath = deadLetterPathOf({ id }, settings.deadLetterPath);
  const deadLetters = createFileDeadLetters({ path: deadLetterPath, clock: systemClock });
  const store = await openDiskQueueStore({ path: folder, clock: systemClock, logger });
  let deadLettered: number;
  try {
    deadLettered = await deadLetterLeftover({ store, destinationId: id, type: UNKNOWN_TYPE, deadLetters });
  } finally {
    await deadLetters.close();
    await store.close();
  }
  if (context.json)
    printJson(context, { path: folder, destination: id, buried: deadLettered, dead_letters: deadLetterPath });
  else
    printLines(context.terminal.stdout, [`${counted(deadLettered, "event")} of ${id} are now in ${deadLetterPath}.`]);
  return 0;
}

async function isOrganisations(context: CommandContext, id: string, settings: HostSettings): Promise<boolean> {
  if (!isUuid(id) || wantedDatabase(settings.database, context.terminal.workingFolder) === undefined) return false;
  const { withDatabase } = await import("../shared/with-database.ts");
  return withDatabase(context, settings, async ({ query }) => {
    const row = await query.selectFrom("siem_configs").select("id").where("id", "=", id).executeTakeFirst();
    return row !== undefined;
  });
}

function assertQueued(id: string, { destinations }: Awaited<ReturnType<typeof inspectQueueFolder>>): void {
  const ids = destinations.map(({ destinationId }) => destinationId);
  if (ids.includes(id)) return;
  const others = ids.length === 0 ? "the queue is empty" : `events are queued for ${ids.join(", ")}`;
  throw new UsageError(`Nothing is queued for "${id}"; ${others}.`);
}
