import { z } from "zod";

const expects = "now, held, or a time such as 2026-11-30T08:00:00Z";
const time = z.iso.datetime({ offset: true });

/** Schema of where a new destination starts. Parses to the time since which it gets held events; undefined for none. */
export const startPosition = z
  .string()
  .transform((text, context): number | undefined => {
    if (text === "now") return undefined;
    if (text === "held") return 0;
    if (time.safeParse(text).success) return Date.parse(text);
    context.addIssue({ code: "custom", message: `expected ${expects}` });
    return z.NEVER;
  })
  .meta({
    description:
      "What a new destination gets of the events that were accepted before it: none, all that the host still holds for other destinations, or of those the ones accepted since a time (now).",
    expects,
    examples: ["held"],
  });
