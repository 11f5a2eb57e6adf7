import { z } from "zod";
import type { Silence } from "../activity/silence.ts";

export const silenceAnswer = z
  .object({ since: z.iso.datetime(), usual_per_hour: z.int().meta({ description: "Median of the hours before." }) })
  .nullable()
  .meta({ description: "Nothing has come for an hour, where usually something does; null when all is as usual." });

export function silenceAnswerOf(silence: Silence | undefined): z.output<typeof silenceAnswer> {
  if (silence === undefined) return null;
  return { since: new Date(silence.since).toISOString(), usual_per_hour: silence.usualPerHour };
}
