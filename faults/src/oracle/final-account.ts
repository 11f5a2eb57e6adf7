import { parseJson } from "@arbitex/simulators";
import { z } from "zod";
import type { Figures } from "./metrics.ts";

const accountSchema = z.looseObject({
  destinations: z.array(
    z.looseObject({
      id: z.string(),
      accepted: z.number(),
      delivered: z.number(),
      dead_lettered: z.number(),
      filtered: z.number(),
      queued: z.number(),
    }),
  ),
});

/** What a server prints about its whole life when it ends; undefined where it printed none. */
export function finalAccount(stdout: string): ReadonlyMap<string, Figures> | undefined {
  const parsed = accountSchema.safeParse(parseJson(stdout));
  if (!parsed.success) return undefined;
  return new Map(
    parsed.data.destinations.map(({ id, accepted, delivered, dead_lettered: deadLettered, filtered, queued }) => [
      id,
      { accepted, delivered, deadLettered, filtered, queued },
    ]),
  );
}
