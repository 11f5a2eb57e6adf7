import type { ExitCode } from "../account/account.ts";
import type { CommandContext } from "../shared/context.ts";
import { paintOf, printJson, printLines } from "../shared/context.ts";
import { UsageError } from "../../usage-error.ts";
import { loadPlaces } from "../shared/places.ts";
import { printable } from "../terminal/paint.ts";
import type { DeadLetterArchive } from "../../dead-letters/dead-letter-archive.ts";
import { withDeadLetters } from "../shared/with-dead-letters.ts";
import { deadLetterOutcome } from "../../dead-letters/dead-letter-outcome.ts";

export async function showDeadLetter(context: CommandContext, id: string): Promise<ExitCode> {
  return withDeadLetters(context, await loadPlaces(context), (archive) => show(context, id, archive));
}

async function show(context: CommandContext, id: string, archive: DeadLetterArchive): Promise<ExitCode> {
  for await (const { deadLetter, isReplayed } of archive.find({ ids: new Set([id]) }, () => undefined)) {
    const event: unknown = JSON.parse(deadLetter.event);
    const facts = {
      id: deadLetter.id,
      destination: deadLetter.destination,
      type: deadLetter.type,
      org_id: deadLetter.orgId,
      ...deadLetterOutcome(deadLetter),
      replayed: isReplayed,
    };
    if (context.json) printJson(context, { ...facts, event });
    else {
      const paint = paintOf(context);
      const lines = Object.entries(facts).map(
        ([key, value]) => `${paint("dim", key.padEnd(17))} ${printable(String(value ?? "-"))}`,
      );
      const where = `${paint("dim", "found in".padEnd(17))} ${deadLetter.file}${deadLetter.line === 0 ? "" : `, line ${deadLetter.line}`}`;
      const shown = JSON.stringify(event, undefined, 2).split("\n").map(printable);
      printLines(context.terminal.stdout, [...lines, where, paint("dim", "event"), ...shown]);
    }
    return 0;
  }
  const places = await archive.places();
  throw new UsageError(`There is no dead letter with the id ${id} in ${places.join(", ") || "any file"}.`);
}
