import type { JsonObject } from "../json-value.ts";
import { timeFields } from "./audit-record-time.ts";
import { plainText } from "./audit-record-values.ts";

/**
 * Fields of an audit record, with the paths their values may have in the event. A field whose value is at none of them
 * unchanged, and every field not listed, is kept under `unmapped`, so that nothing is lost. `docs/ocsf.md` shows the
 * table.
 */
export const fieldPaths: Readonly<Record<string, readonly string[]>> = {
  id: ["metadata.uid"],
  ...Object.fromEntries(timeFields.map((field) => [field, ["time", "metadata.original_time"]])),
  request_id: ["metadata.correlation_uid"],
  conversation_id: ["metadata.correlation_uid"],
  message: ["message"],
  user_id: ["actor.user.uid", "evidences.0.actor.user.uid"],
  user_name: ["actor.user.full_name", "evidences.0.actor.user.full_name"],
  display_name: ["actor.user.full_name", "evidences.0.actor.user.full_name"],
  user_email: ["actor.user.email_addr", "evidences.0.actor.user.email_addr"],
  email: ["actor.user.email_addr", "evidences.0.actor.user.email_addr"],
  org_id: ["metadata.tenant_uid"],
  tenant_id: ["metadata.tenant_uid"],
  org_name: ["actor.org.name", "evidences.0.actor.org.name"],
  tenant_name: ["actor.org.name", "evidences.0.actor.org.name"],
  src_ip: sourcePaths("ip"),
  ip_address: sourcePaths("ip"),
  client_ip: sourcePaths("ip"),
  source_ip: sourcePaths("ip"),
  remote_addr: sourcePaths("ip"),
  ip: sourcePaths("ip"),
  x_forwarded_for: sourcePaths("ip"),
  src_port: sourcePaths("port"),
  src_country_code: sourcePaths("location.country"),
  src_region: sourcePaths("location.region"),
  src_city: sourcePaths("location.city"),
  src_isp: sourcePaths("location.isp"),
  src_lat: sourcePaths("location.lat"),
  src_latitude: sourcePaths("location.lat"),
  src_long: sourcePaths("location.long"),
  src_lon: sourcePaths("location.long"),
  src_longitude: sourcePaths("location.long"),
  dst_ip: ["dst_endpoint.ip"],
  dst_country_code: ["dst_endpoint.location.country"],
  provider: ["api.service.name"],
  model_id: ["resources.0.name"],
  model: ["resources.0.name"],
  latency_ms: ["duration"],
  status_code: ["api.response.code", "status_code"],
  error: ["status_detail"],
  failure_reason: ["status_detail"],
  error_message: ["status_detail"],
  method: ["http_request.http_method"],
  path: ["http_request.url.url_string"],
  url: ["http_request.url.url_string"],
  user_agent: ["http_request.user_agent"],
  session_id: ["session.uid"],
  action_taken: ["unmapped.action"],
  match_reason: ["finding.desc", "finding_info.desc"],
  matched_rule_id: ["analytic.uid", "finding_info.analytic.uid"],
  matched_pack_id: ["analytic.category", "finding_info.analytic.category"],
  target_user_id: ["user.uid"],
  target_user_name: ["user.full_name"],
  target_user_email: ["user.email_addr"],
  role: ["policy.name"],
  new_role: ["policy.name"],
  role_name: ["policy.name"],
  role_id: ["policy.uid"],
  policy_name: ["policy.name"],
  policy_id: ["policy.uid"],
  group: ["user.groups.0.name"],
  group_name: ["user.groups.0.name"],
  group_id: ["user.groups.0.uid"],
  key_id: ["user.credential_uid"],
  api_key_id: ["user.credential_uid"],
};

/** Returns the source's paths; in a Detection Finding the source is evidence. */
function sourcePaths(path: string): readonly string[] {
  return [`src_endpoint.${path}`, `evidences.0.src_endpoint.${path}`];
}

/** Returns the fields that are not in the event. Null fields are left out, and the action has its own places. */
export function unmappedFields(auditRecord: JsonObject, event: JsonObject, leftOut: readonly string[]): JsonObject {
  const kept = Object.entries(auditRecord).filter(([name, value]) => {
    if (value === null || value === undefined || name === "action" || leftOut.includes(name)) return false;
    return !(Object.hasOwn(fieldPaths, name) ? fieldPaths[name] : undefined)?.some((path) =>
      standsAt(event, path, value),
    );
  });
  return Object.fromEntries(kept);
}

function standsAt(event: JsonObject, path: string, value: unknown): boolean {
  const text = plainText(value);
  return text !== undefined && plainText(valueAt(event, path)) === text;
}

function valueAt(event: JsonObject, path: string): unknown {
  let value: unknown = event;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}
