import { secret, tlsSettings } from "@arbitex/core";
import { z } from "zod";
import type { PresetSettings } from "./presets.ts";
import { presetNames, presets } from "./presets.ts";
import { literalUrlProblem, urlProblem } from "./url.ts";

/** Characters allowed in a header; any other would fail each request. */
const VISIBLE = /^[\x21-\x7e]+$/;

const index = z.string().min(1).nullable().optional().meta({
  description:
    "Index to write to; the token must allow it. `arbitex` with preset `splunk`; with the others, and for `null`, none is named and the token decides.",
});

const sourcetype = z.string().min(1).nullable().optional().meta({
  description:
    "`sourcetype` of the events; `null` leaves it out. `arbitex:ocsf`, except with presets `sentinelone` (`arbitex-ocsf`, a parser) and `crowdstrike` and `logscale` (none).",
});

/** The settings as a user writes them. */
export const splunkHecSettings = z.strictObject({
  preset: z.enum(presetNames).default("splunk").meta({
    description: "The product that takes the events. Sets what follows where it is not set here.",
  }),
  url: z.string().meta({
    description:
      "Address of HEC: an origin such as `https://splunk.example.com:8088`, or any HEC path. With `path: literal` the whole address that events go to.",
  }),
  token: secret({ description: "HEC token." }).refine((token) => VISIBLE.test(token.reveal().trim()), {
    error: "must be the token alone, in one word; without `Splunk` before it",
  }),
  index,
  source: z.string().min(1).default("arbitex:audit").meta({ description: "`source` of the events." }),
  sourcetype,
  host: z.string().min(1).optional().meta({ description: "`host` of the events; this machine's name if not set." }),
  ack: z.boolean().default(false).meta({
    description: "Wait until Splunk has indexed a batch (indexer acknowledgement); the token must have it enabled.",
  }),
  auth_scheme: z.enum(["splunk", "bearer", "basic"]).optional().meta({
    description: "How the token is sent: `Authorization: Splunk …`, `Bearer …`, or as the password of `Basic …`.",
  }),
  path: z.enum(["hec", "literal"]).optional().meta({
    description: "`hec`: events go to `/services/collector/event` under `url`. `literal`: to `url` as it stands.",
  }),
  shape: z.enum(["event", "raw"]).optional().meta({
    description: "`event`: in HEC's envelope. `raw`: each event's JSON alone, one a line.",
  }),
  success: z.enum(["hec", "status"]).optional().meta({
    description:
      "What counts as delivered. `hec`: an answer in HEC's words. `status`: any status from 200 to 299 whose body is no web page and not cut.",
  }),
  ...tlsSettings,
});

type Given = z.output<typeof splunkHecSettings>;

/** Schema of a destination, with the preset's settings filled in. */
export const splunkHecSchema = splunkHecSettings
  .superRefine(
    (given, context) => {
      for (const { path, message } of problemsOf(given)) context.addIssue({ code: "custom", path: [path], message });
    },
    // Without this, zod would report these only after every other problem is fixed.
    { when: ({ value }) => typeof value === "object" && value !== null },
  )
  .transform((given) => {
    const { settings } = presets[given.preset];
    const { auth_scheme, path, shape, success } = { ...settings, ...chosen(given) };
    return {
      ...given,
      auth_scheme,
      path,
      shape,
      success,
      index: nameOf(given.index, settings.index),
      sourcetype: nameOf(given.sourcetype, settings.sourcetype),
    };
  });

export type SplunkHecConfig = z.output<typeof splunkHecSchema>;

type Choices = Pick<PresetSettings, "auth_scheme" | "path" | "shape" | "success">;

function chosen({ auth_scheme, path, shape, success }: Given): Partial<Choices> {
  return {
    ...(auth_scheme !== undefined && { auth_scheme }),
    ...(path !== undefined && { path }),
    ...(shape !== undefined && { shape }),
    ...(success !== undefined && { success }),
  };
}

/** An environment variable can only spell `null` as text. */
function nameOf(given: string | null | undefined, usual: string | null): string | null {
  if (given === undefined) return usual;
  return given === "null" ? null : given;
}

interface Problem {
  readonly path: string;
  readonly message: string;
}

/** Runs before single settings are validated. */
function problemsOf(given: Partial<Given>): readonly Problem[] {
  const { preset = "splunk", url, ack } = given;
  const known = presetNames.find((name) => name === preset);
  if (known === undefined) return [];
  const { product, acknowledges, settings } = presets[known];
  const isLiteral = (given.path ?? settings.path) === "literal";
  const ofUrl = typeof url !== "string" ? undefined : isLiteral ? literalUrlProblem(url) : urlProblem(url);
  return [
    ...(ofUrl === undefined ? [] : [{ path: "url", message: ofUrl }]),
    ...(ack !== true || acknowledges
      ? []
      : [{ path: "ack", message: `${product} acknowledges nothing: leave ack out` }]),
    ...(ack !== true || !acknowledges || !isLiteral
      ? []
      : [{ path: "ack", message: "wants HEC's own addresses: leave out path: literal" }]),
  ];
}
