import type { Secret } from "@arbitex/core";
import { secret, tlsSettings } from "@arbitex/core";
import { z } from "zod";
import { apiKeyProblem } from "./authorization.ts";
import { cloudIdUrl } from "./cloud-id.ts";
import { indexNameProblem } from "./index-name.ts";

const url = z
  .url({
    protocol: /^https?$/,
    error: "must be an http or https URL, such as https://my-cluster:9200",
    abort: true,
  })
  .superRefine(refuse(urlProblem))
  .meta({ description: "Base URL of the cluster, such as `https://my-cluster:9200`. Comes before `cloud_id`." });

const cloudId = z
  .string()
  .refine((value) => cloudIdUrl(value) !== undefined, {
    error: "is not a Cloud ID: copy it from the deployment's page in the Elastic Cloud console (name:base64)",
  })
  .meta({ description: "Cloud ID of an Elastic Cloud deployment, used when there is no `url`." });

const dialect = z.enum(["elasticsearch", "opensearch", "victorialogs"]).default("elasticsearch").meta({
  description: "The product that answers at `url`.",
});

const auth = z.enum(["credential", "none"]).default("credential").meta({
  description: "`none` for a cluster without security, which is sent no credential.",
});

const apiKey = secret({
  description:
    "API key: the `encoded` field of the answer that created it, or `id:api_key`. Comes before `username` and `password`.",
}).superRefine(refuse((value: Secret) => apiKeyProblem(value.reveal())));

const username = z
  .string()
  .min(1)
  .refine((value) => !value.includes(":"), { error: "must not contain a colon: basic authentication cannot carry it" })
  .meta({ description: "User name, used when there is no `api_key`." });

const index = z
  .string()
  .min(1)
  .superRefine(refuse(indexNameProblem))
  .default("arbitex-ocsf")
  .meta({ description: "Name of the data stream, index or alias that the events go to." });

const target = z
  .enum(["data_stream", "index"])
  .default("data_stream")
  .meta({ description: "What `index` names. The check looks for what that needs; the requests are the same." });

/** Schema of a destination. */
export const configSchema = z
  .strictObject({
    dialect,
    url: url.optional(),
    cloud_id: cloudId.optional(),
    auth,
    api_key: apiKey.optional(),
    username: username.optional(),
    password: secret({ description: "Password of `username`." }).optional(),
    index,
    target,
    pipeline: z.string().min(1).optional().meta({ description: "Ingest pipeline that every event goes through." }),
    ...tlsSettings,
  })
  .superRefine(
    (config, context) => {
      for (const { path, message } of problemsOf(config)) {
        context.addIssue({ code: "custom", path: [path], message });
      }
    },
    // Without this, zod would report these only after every other problem is fixed.
    { when: ({ value }) => typeof value === "object" && value !== null },
  );

export type ElasticConfig = z.output<typeof configSchema>;

type Presence = {
  readonly [Key in "dialect" | "pipeline" | "url" | "cloud_id" | "auth" | (typeof CREDENTIALS)[number]]?: unknown;
};

interface Problem {
  readonly path: string;
  readonly message: string;
}

function problemsOf(config: Presence): readonly Problem[] {
  return [
    ...clusterProblems(config),
    ...(config.dialect === "victorialogs" ? surplusSettings(config) : []),
    ...(config.auth === "none" ? surplusCredentials(config) : missingCredentials(config)),
  ];
}

function clusterProblems({ url: given, cloud_id }: Presence): readonly Problem[] {
  if (given !== undefined || cloud_id !== undefined) return [];
  return [{ path: "url", message: "no cluster is named: give url, or cloud_id for Elastic Cloud" }];
}

/** Returns settings that VictoriaLogs ignores. */
function surplusSettings(config: Presence): readonly Problem[] {
  return (["cloud_id", "api_key", "pipeline"] as const)
    .filter((name) => config[name] !== undefined)
    .map((path) => ({
      path,
      message: `VictoriaLogs knows none: leave it out${path === "api_key" ? ", and give username and password of the proxy before it, or auth: none" : ""}`,
    }));
}

const CREDENTIALS = ["api_key", "username", "password"] as const;

function surplusCredentials(config: Presence): readonly Problem[] {
  const given = CREDENTIALS.find((name) => config[name] !== undefined);
  if (given === undefined) return [];
  return [{ path: "auth", message: `none sends no credential: leave out ${given}, or auth` }];
}

function missingCredentials({ api_key, username: user, password }: Presence): readonly Problem[] {
  if (api_key !== undefined || (user !== undefined && password !== undefined)) return [];
  if (user !== undefined) return [{ path: "password", message: "username needs its password; or give api_key" }];
  if (password !== undefined) return [{ path: "username", message: "password needs its username; or give api_key" }];
  const message =
    "no credential is given: give api_key, or username and password; or auth: none for a cluster without security";
  return [{ path: "api_key", message }];
}

function urlProblem(value: string): string | undefined {
  const { username: user, password, search, hash, pathname } = new URL(value);
  if (user !== "" || password !== "") return "must not hold a credential: give username and password, or api_key";
  if (search !== "" || hash !== "") return "must end with its path: no query and no fragment";
  if (/\/_bulk\/?$/.test(pathname)) return "must be the cluster's base URL: leave out /_bulk and the index";
  return undefined;
}

function refuse<Value>(problemOf: (value: Value) => string | undefined) {
  return (value: Value, context: z.RefinementCtx) => {
    const message = problemOf(value);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  };
}
