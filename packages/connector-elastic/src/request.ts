import { authorizationOf } from "./authorization.ts";
import { FILTER_PATH } from "./bulk-reply.ts";
import { cloudIdUrl } from "./cloud-id.ts";
import type { ElasticConfig } from "./schema.ts";

/** The cluster's address, without a slash at its end. `url` comes before `cloud_id`. */
export function baseUrlOf({ url, cloud_id }: Pick<ElasticConfig, "url" | "cloud_id">): string {
  const base = url ?? (cloud_id === undefined ? undefined : cloudIdUrl(cloud_id));
  if (base === undefined) throw new Error("the configuration names no cluster: it was not parsed by the schema");
  return base.replace(/\/+$/, "");
}

export function bulkUrl(config: Pick<ElasticConfig, "url" | "cloud_id" | "index" | "pipeline">): string {
  const pipeline = config.pipeline === undefined ? "" : `&pipeline=${encodeURIComponent(config.pipeline)}`;
  return `${baseUrlOf(config)}/${encodeURIComponent(config.index)}/_bulk?filter_path=${FILTER_PATH}${pipeline}`;
}

/** Headers of every request of a destination. */
export function headersOf(config: ElasticConfig): Readonly<Record<string, string>> {
  const authorization = authorizationOf(config);
  return {
    ...(authorization !== undefined && { authorization }),
    // Serverless answers in the manner of this version for as long as it exists; all others ignore it.
    "elastic-api-version": "2023-10-31",
  };
}
