import { z } from "zod";
import type { IntegritySettings } from "../../delivery/delivery-settings.ts";
import { duration } from "./duration.ts";

const CHECKPOINTS_MS = 5 * 60_000;
const LEAST_MS = 1000;

/** Schema of `integrity` in a destination's `delivery`, as users write it. Parses to undefined where it is off. */
export const integritySchema = z
  .strictObject({
    sequence: z.boolean().meta({ description: "Whether events are numbered (false)." }),
    checkpoints: z
      .union([z.literal("off"), duration("Time between checkpoints.")])
      .meta({ description: "Time between checkpoints, or off (5 minutes)." })
      .optional(),
  })
  .transform(({ sequence, checkpoints = CHECKPOINTS_MS }): IntegritySettings | undefined => {
    if (!sequence) return undefined;
    return { checkpointsMs: checkpoints === "off" ? undefined : Math.max(LEAST_MS, checkpoints) };
  })
  .meta({
    description: "Numbers in events, and signed checkpoints of them: `{ sequence: true, checkpoints: 5m }` (off).",
    examples: [{ sequence: true, checkpoints: "5m" }],
  });
