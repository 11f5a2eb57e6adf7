import { z } from "zod";
import type { ExitCode } from "../account/account.ts";
import type { CommandContext } from "../shared/context.ts";
import { printJson, printLines } from "../shared/context.ts";
import { UsageError } from "../../usage-error.ts";
import { loadPlaces } from "../shared/places.ts";
import { counted } from "../terminal/numbers.ts";
import { deadLetterFilterOf, deadLetterFilterOptions } from "../shared/dead-letter-filter-options.ts";
import { withDeadLetters } from "../shared/with-dead-letters.ts";

export const purgeOptions = deadLetterFilterOptions.extend({
  replayed: z.boolean().optional(),
  dryRun: z.boolean().optional(),
});

/**
 * Purges dead letters: they are no longer listed or replayed. A rotated file is removed when all its dead letters are
 * purged. The active file stays, because a running server may be writing to it.
 */
export async function purgeDeadLetters(
  context: CommandContext,
  options: z.output<typeof purgeOptions>,
): Promise<ExitCode> {
  const { replayed: onlyReplayed = false, dryRun: isDryRun = false } = options;
  const filter = deadLetterFilterOf(options, Date.now());
  if (!onlyReplayed && Object.values(filter).every((value) => value === undefined)) {
    throw new UsageError("Say which are to be purged: --replayed, or --destination, --stage, --since, --until, --id.");
  }
  const purges = await withDeadLetters(context, await loadPlaces(context), (archive) =>
    archive.purge({ filter, onlyReplayed, isDryRun, isAbandoned: false }),
  );
  const total = purges.reduce((sum, { purged }) => sum + purged, 0);
  if (context.json) {
    const files = purges.map(({ path, purged, removedFiles }) => ({ path, purged, removed_files: removedFiles }));
    printJson(context, { dry_run: isDryRun, purged: total, files });
  } else {
    const verb = isDryRun ? "would be purged (nothing was, this is a dry run)" : "purged";
    printLines(context.terminal.stdout, [
      `${counted(total, "dead letter")} ${verb}.`,
      ...purges
        .filter(({ purged }) => purged > 0)
        .map(({ path, purged }) => `  ${path}: ${counted(purged, "dead letter")}`),
      ...purges.flatMap(({ removedFiles }) => removedFiles.map((file) => `  removed ${file}`)),
    ]);
  }
  return 0;
}
