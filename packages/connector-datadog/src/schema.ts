import { secret, tlsSettings } from "@arbitex/core";
import { z } from "zod";
import { siteProblem, urlProblem } from "./endpoints.ts";
import { tagsProblem } from "./tags.ts";

export const datadogSchema = z.strictObject({
  api_key: secret({ description: "API key of the organisation in Datadog; not an application key." }).refine(
    (key) => VISIBLE.test(key.reveal().trim()),
    { error: "must be the API key alone, in one word" },
  ),
  site: z
    .string()
    .default("datadoghq.com")
    .superRefine(refuse(siteProblem))
    .meta({ description: "Datadog site, such as `datadoghq.com`, `us3.datadoghq.com` or `datadoghq.eu`." }),
  source: z.string().min(1).default("arbitex").meta({ description: "`ddsource` of the logs; pipelines filter by it." }),
  service: z.string().min(1).default("arbitex-platform").meta({ description: "`service` of the logs." }),
  tags: z
    .union([z.string(), z.array(z.string())])
    .default("env:production")
    .transform((tags) => (typeof tags === "string" ? tags.split(",") : tags))
    .transform((tags) => tags.map((tag) => tag.trim()).filter((tag) => tag !== ""))
    .superRefine(refuse(tagsProblem))
    .meta({ description: "`ddtags` of the logs: a list, or `key:value` divided by commas." }),
  hostname: z.string().min(1).optional().meta({ description: "`hostname` of the logs; this machine's if not set." }),
  format: z
    .enum(["message", "attributes"])
    .default("message")
    .meta({
      description:
        "`message`: the event as JSON text in `message`. `attributes`: the event under `ocsf`, where none of its members " +
        "can be mistaken for one that Datadog reserves.",
    }),
  stale: z
    .enum(["dead_letter", "send"])
    .default("dead_letter")
    .meta({
      description:
        "Events older than 18 h or more than 2 h ahead, which Datadog drops without a word: `dead_letter` keeps them " +
        "aside, `send` sends them without a timestamp, so that Datadog dates them at receipt.",
    }),
  url: z.string().superRefine(refuse(urlProblem)).optional().meta({
    description: "Address of a proxy or a test in place of the site's intake and API hosts.",
  }),
  ...tlsSettings,
});

/** Characters allowed in a header; any other would fail each request. */
const VISIBLE = /^[\x21-\x7e]+$/;

export type DatadogConfig = z.output<typeof datadogSchema>;

function refuse<Value>(problemOf: (value: Value) => string | undefined) {
  return (value: Value, context: z.RefinementCtx<Value>): void => {
    const message = problemOf(value);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  };
}
