import { authorizationOf } from "./authorization.ts";
import { FILTER_PATH } from "./bulk-reply.ts";
import { cloudIdUrl } from "./cloud-id.ts";
import type { ElasticConfig } from "./schema.ts";

/** Returns the cluster's address without a final slash. `url` takes precedence over `cloud_id`. */
export function baseUrlOf({ url, cloud_id }: Pick<ElasticConfig, "url" | "cloud_id">): string {
  const base = url ?? (cloud_id === undefined ? undefined : cloudIdUrl(cloud_id));
  if (base === undefined) throw new Error("the configuration names no cluster: it was not parsed by the schema");
  return base.replace(/\/+$/, "");
}

export function bulkUrl(config: Pick<ElasticConfig, "url" | "cloud_id" | "index" | "pipeline">): string {
  const pipeline = config.pipeline === undefined ? "" : `&pipeline=${encodeURIComponent(config.pipeline)}`;
  return `${baseUrlOf(config)}/${encodeURIComponent(config.index)}/_bulk?filter_path=${FILTER_PATH}${pipeline}`;
}

/**
 * Returns the bulk URL of VictoriaLogs. It takes no index in the path: the name becomes a field of each event, and
 * forms its stream with the class.
 */
export function victoriaBulkUrl(config: Pick<ElasticConfig, "url" | "cloud_id" | "index">): string {
  const base = baseUrlOf(config).replace(/\/insert\/elasticsearch$/, "");
  const query = new URLSearchParams({
    _time_field: "@timestamp",
    _msg_field: "message",
    _stream_fields: "index,class_uid",
    extra_fields: `index=${config.index}`,
  });
  return `${base}/insert/elasticsearch/_bulk?${query.toString()}`;
}

/** Serverless guarantees this version's API; Elasticsearch itself ignores the header. */
export const versionHeader = { "elastic-api-version": "2023-10-31" };

/** Returns the headers of every request. */
export function headersOf(
  config: ElasticConfig,
  more: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const authorization = authorizationOf(config);
  return { ...(authorization !== undefined && { authorization }), ...more };
}
