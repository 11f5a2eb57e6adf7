import type { ExitCode } from "../account/account.ts";
import type { CommandContext } from "../shared/context.ts";
import { paintOf, printJson, printLines } from "../shared/context.ts";
import { UsageError } from "../../usage-error.ts";
import { loadPlaces } from "../shared/places.ts";
import { printable } from "../terminal/paint.ts";
import { findLetters } from "../../dead-letters/find-dead-letters.ts";
import { letterFilesOfDeployment } from "./dead-letter-paths.ts";
import { letterOutcome } from "../../dead-letters/dead-letter-outcome.ts";

export async function showLetter(context: CommandContext, id: string): Promise<ExitCode> {
  const paths = await letterFilesOfDeployment(await loadPlaces(context));
  for await (const { letter, isReplayed } of findLetters(paths, { ids: new Set([id]) }, () => undefined)) {
    const event: unknown = JSON.parse(letter.event);
    const facts = {
      id: letter.id,
      destination: letter.destination,
      type: letter.type,
      org_id: letter.orgId,
      ...letterOutcome(letter),
      replayed: isReplayed,
    };
    if (context.json) printJson(context, { ...facts, event });
    else {
      const paint = paintOf(context);
      const lines = Object.entries(facts).map(
        ([key, value]) => `${paint("dim", key.padEnd(17))} ${printable(String(value ?? "-"))}`,
      );
      const where = `${paint("dim", "found in".padEnd(17))} ${letter.file}, line ${letter.line}`;
      const shown = JSON.stringify(event, undefined, 2).split("\n").map(printable);
      printLines(context.terminal.stdout, [...lines, where, paint("dim", "event"), ...shown]);
    }
    return 0;
  }
  throw new UsageError(`There is no dead letter with the id ${id} in ${paths.join(", ") || "any file"}.`);
}
