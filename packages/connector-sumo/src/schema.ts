import { secret, tlsSettings } from "@arbitex/core";
import { z } from "zod";
import { urlProblem } from "./source-url.ts";

/** Characters allowed in a header; any other would fail each request. */
const header = z.string().regex(/^[\x20-\x7e]*[\x21-\x7e][\x20-\x7e]*$/, "must be printable ASCII");

export const sumoSchema = z.strictObject({
  http_source_url: secret({
    description: "Address of the HTTP source, as Sumo Logic shows it. It is the credential.",
  }).superRefine((url, context) => {
    const message = urlProblem(url.reveal());
    if (message !== undefined) context.addIssue({ code: "custom", message });
  }),
  source_category: header.default("arbitex/audit").meta({ description: "`_sourceCategory` of the messages." }),
  source_name: header.default("arbitex-platform").meta({ description: "`_sourceName` of the messages." }),
  source_host: header
    .optional()
    .meta({ description: "`_sourceHost` of the messages; this machine's name if not set." }),
  fields: header.optional().meta({
    description:
      "Fields of the messages, `k=v,k=v`, such as `_siemForward=true`. Sumo Logic drops those it does not know.",
  }),
  max_message_bytes: z.int().min(10_000).max(1_000_000).default(64_000).meta({
    description: "Largest message. Sumo Logic cuts longer ones into slices; more is dead-lettered instead.",
  }),
  ...tlsSettings,
});

export type SumoConfig = z.output<typeof sumoSchema>;
