import { readFile } from "node:fs/promises";
import { z } from "zod";

const lineSchema = z.looseObject({
  level: z.number(),
  destination: z.string(),
  events: z.number(),
  msg: z.string(),
});
const ERROR = 50;
const CONFESSION = /may be lost|may have lost/;

/**
 * How many events the server's log calls perhaps lost, by destination: of a SIEM that confirms nothing, where a connection
 * broke off again and again. Anything beyond is lost in silence.
 */
export async function readConfessions(logPath: string): Promise<ReadonlyMap<string, number>> {
  const confessed = new Map<string, number>();
  for (const line of (await readFile(logPath, "utf8")).split("\n")) {
    const entry = entryOf(line);
    if (entry === undefined || entry.level < ERROR || !CONFESSION.test(entry.msg)) continue;
    confessed.set(entry.destination, (confessed.get(entry.destination) ?? 0) + entry.events);
  }
  return confessed;
}

function entryOf(line: string): z.output<typeof lineSchema> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return lineSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
