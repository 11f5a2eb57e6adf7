import { silentLogger } from "@arbitex/core";
import { describeProblem } from "@arbitex/core/host";
import type { Deployment } from "../../config/deployment.ts";
import type { DeadLetterArchive } from "../../dead-letters/dead-letter-archive.ts";
import type { ServedDeadLetters } from "../../service/dead-letters.ts";
import { openDeadLetters } from "../../service/dead-letters.ts";
import { databaseProblem } from "../../service/kafka-problems.ts";
import { UsageError } from "../../usage-error.ts";
import type { CommandContext } from "./context.ts";

/** Opens the deployment's dead letters for a command that reads them: its files, or the table that servers share. */
export function withDeadLetters<Result>(
  context: CommandContext,
  deployment: Deployment,
  act: (archive: DeadLetterArchive) => Promise<Result>,
): Promise<Result> {
  return withOpenDeadLetters(context, deployment, ({ archive }) => act(archive));
}

/** Opens them for a command that writes some as well. */
export async function withOpenDeadLetters<Result>(
  context: CommandContext,
  deployment: Deployment,
  act: (opened: ServedDeadLetters) => Promise<Result>,
): Promise<Result> {
  const { settings } = deployment;
  if (settings.queue.store !== "kafka") return act(await openDeadLetters(deployment, undefined, silentLogger));
  const problem = databaseProblem(settings);
  if (problem !== undefined) throw new UsageError(describeProblem(problem));
  const { withDatabase } = await import("./with-database.ts");
  return withDatabase(context, settings, async (database, logger) => {
    const opened = await openDeadLetters(deployment, database, logger);
    return act(opened).finally(() => opened.close());
  });
}
