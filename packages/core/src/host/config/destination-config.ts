import { z } from "zod";
import { deliverySchema, filterSchema } from "./delivery-config.ts";

export const destinationId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, {
  error: "expected letters, digits, '.', '_' and '-', 100 at most",
});

/** Schema of a destination in the configuration file. */
export const destinationSchema = z.strictObject({
  id: destinationId.meta({ description: "A name of its own, which logs and metrics show.", examples: ["soc-splunk"] }),
  type: z
    .string()
    .min(1)
    .meta({ description: "The connector's type; `arbitex-siem connectors list` has them.", examples: ["splunk_hec"] }),
  org_id: z.string().min(1).nullish(),
  config: z.record(z.string(), z.unknown()),
  delivery: deliverySchema.optional(),
  filter: filterSchema.optional(),
});

/** Output of `destinationSchema`. */
export type DestinationConfig = z.output<typeof destinationSchema>;
