import { secret, tlsSettings } from "@arbitex/core";
import { z } from "zod";
import { urlProblem } from "./url.ts";

export const splunkHecSchema = z.strictObject({
  url: z
    .string()
    .superRefine((url, context) => {
      const message = urlProblem(url);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    })
    .meta({ description: "Address of HEC: an origin such as `https://splunk.example.com:8088`, or any HEC path." }),
  token: secret({ description: "HEC token." }).refine((token) => VISIBLE.test(token.reveal().trim()), {
    error: "must be the token alone, in one word; without `Splunk` before it",
  }),
  index: z.string().min(1).default("arbitex").meta({ description: "Index to write to; the token must allow it." }),
  source: z.string().min(1).default("arbitex:audit").meta({ description: "`source` of the events." }),
  sourcetype: z.string().min(1).default("arbitex:ocsf").meta({ description: "`sourcetype` of the events." }),
  host: z.string().min(1).optional().meta({ description: "`host` of the events; this machine's name if not set." }),
  ack: z.boolean().default(false).meta({
    description: "Wait until Splunk has indexed a batch (indexer acknowledgement); the token must have it enabled.",
  }),
  ...tlsSettings,
});

/** What may stand in a header; anything else would fail with each request. */
const VISIBLE = /^[\x21-\x7e]+$/;

export type SplunkHecConfig = z.output<typeof splunkHecSchema>;
