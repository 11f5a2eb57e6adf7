import { z } from "zod";
import type { DeadLetterFilter } from "../../dead-letters/dead-letter-filter.ts";
import { deadLetterStages } from "../../dead-letters/dead-letter-filter.ts";
import { UsageError } from "../../usage-error.ts";
import { momentOf } from "./moment.ts";

export const deadLetterFilterOptions = z.looseObject({
  destination: z.string().optional(),
  stage: z.array(z.string()).optional(),
  since: z.string().optional(),
  until: z.string().optional(),
  id: z.array(z.string()).optional(),
});

export function deadLetterFilterOf(options: z.output<typeof deadLetterFilterOptions>, now: number): DeadLetterFilter {
  const { destination, stage: stages, since, until, id: ids } = options;
  const unknown = stages?.find((stage) => !deadLetterStages.includes(stage));
  if (unknown !== undefined)
    throw new UsageError(`There is no stage "${unknown}". Known are: ${deadLetterStages.join(", ")}.`);
  const times = { since: timeOf("--since", since, now), until: timeOf("--until", until, now) };
  return { destination, stages, ...times, ids: ids === undefined ? undefined : new Set(ids) };
}

function timeOf(option: string, text: string | undefined, now: number): number | undefined {
  return text === undefined ? undefined : momentOf(text, { option, now, span: "ago" });
}
