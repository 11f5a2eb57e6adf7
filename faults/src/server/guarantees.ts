import { z } from "zod";

const reportSchema = z.looseObject({
  destinations: z.array(z.looseObject({ id: z.string(), guarantee: z.string() })),
});

/** What a good answer of each destination's SIEM proves, as the server says it: indexed, accepted or written. */
export async function readGuarantees(origin: string | undefined): Promise<ReadonlyMap<string, string>> {
  if (origin === undefined) return new Map();
  const response = await fetch(`${origin}/v1/destinations`);
  const { destinations } = reportSchema.parse(await response.json());
  return new Map(destinations.map(({ id, guarantee }) => [id, guarantee]));
}
