import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

/** A dead letter, as far as the account needs it. */
export interface DeadLetter {
  readonly id: string;
  readonly destination: string;
  readonly eventId: string;
  readonly stage: string;
  readonly reason: string;
  readonly ambiguous: boolean;
  readonly event: unknown;
}

export interface DeadLetters {
  readonly deadLetters: readonly DeadLetter[];
  /** Lines that cannot be read: of a write that broke off. What they were about must be elsewhere. */
  readonly torn: number;
}

const lineSchema = z.looseObject({
  id: z.string(),
  destination: z.string(),
  event_id: z.string(),
  stage: z.string(),
  reason: z.string(),
  ambiguous: z.boolean(),
  event: z.looseObject({ metadata: z.looseObject({ uid: z.string() }) }),
});

/** Every dead letter in a folder, read by its own means and not by those of the server. */
export async function readDeadLetters(folder: string): Promise<DeadLetters> {
  const names = await readdir(folder).catch(() => []);
  // A dead letter that stands in a copied file and in the one written next is one, as it is to every reader.
  const deadLetters = new Map<string, DeadLetter>();
  let torn = 0;
  for (const name of names.filter((other) => /\.jsonl(?:\.\d)?$/.test(other))) {
    for (const line of (await readFile(join(folder, name), "utf8")).split("\n")) {
      if (line === "") continue;
      const deadLetter = deadLetterOf(line);
      if (deadLetter === undefined) torn++;
      else deadLetters.set(deadLetter.id, deadLetter);
    }
  }
  return { deadLetters: [...deadLetters.values()], torn };
}

function deadLetterOf(line: string): DeadLetter | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const parsed = lineSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { id, destination, stage, reason, ambiguous, event } = parsed.data;
  return { id, destination, eventId: event.metadata.uid, stage, reason, ambiguous, event };
}
