import type { Deployment } from "../../config/deployment.ts";
import type { DeadLetterArchive } from "../../dead-letters/dead-letter-archive.ts";
import { archiveOfFiles, archiveOfTable } from "../../service/dead-letters.ts";
import type { CommandContext } from "./context.ts";

/** Opens the deployment's dead letters for a command: its files, or the table that servers share. */
export async function withDeadLetters<Result>(
  context: CommandContext,
  deployment: Deployment,
  act: (archive: DeadLetterArchive) => Promise<Result>,
): Promise<Result> {
  const { settings } = deployment;
  if (settings.queue.store !== "kafka") return act(archiveOfFiles(deployment));
  const { withDatabase } = await import("./with-database.ts");
  return withDatabase(context, settings, async (database, logger) => {
    const { archive, store } = await archiveOfTable(deployment, database, logger);
    return act(archive).finally(() => store.close());
  });
}
