import { secret, tlsSettings } from "@arbitex/core";
import { z } from "zod";
import { urlProblem } from "./collector-url.ts";

export const xsiamSchema = z.strictObject({
  url: z
    .string()
    .superRefine((url, context) => {
      const message = urlProblem(url);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    })
    .meta({ description: "Address of the HTTP log collector, as its page in Cortex XSIAM shows it." }),
  api_key: secret({ description: "The collector's key, shown once when the collector is made." }).refine(
    (key) => VISIBLE.test(key.reveal().trim()),
    { error: "must be the key alone, in one word; without `Bearer` before it" },
  ),
  api_key_id: z
    .union([z.string(), z.int()])
    .transform(String)
    .refine((id) => VISIBLE.test(id), { error: "must be the key's id alone, in one word" })
    .optional()
    .meta({ description: "Sent as `x-xdr-auth-id`, for tenants that ask for it; most do not." }),
  compression: z.enum(["gzip", "none"]).default("gzip").meta({
    description: "What the collector's own setting Compression says; anything else is answered 500.",
  }),
  ...tlsSettings,
});

/** Characters allowed in a header; any other would fail each request. */
const VISIBLE = /^[\x21-\x7e]+$/;

export type XsiamConfig = z.output<typeof xsiamSchema>;
