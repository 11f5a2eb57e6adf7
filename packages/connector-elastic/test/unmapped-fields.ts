import type { Fields, Product } from "./field-types.ts";
import { anything, boolean, double, each, ip, keywords, long } from "./field-types.ts";

/** What an audit record of the platform holds beside OCSF, and what the `strict` rendering moves here, by its path. */
export function unmappedLeaves(product: Product): Fields {
  return {
    // Of numbered events and checkpoints.
    ...below("attestation", keywords("chain_uid")),
    ...below("checkpoint", { ...each(["index", "from", "to", "count"], long), is_final: boolean }),
    ...keywords(...actions, ...identities, ...changes, ...requests, ...places),
    ...each(counts, long),
    ...each(["latency_ms", "cost_estimate", "confidence"], double),
    ...each(["dlp_triggered", "credint_hit", "success"], boolean),
    // A list of objects, which is found only as objects.
    dlp_findings: anything(product),
    ...below("ip_enrichment", enrichment),
    ...(product === "elasticsearch" && eitherShape()),
  };
}

/** Names under which some records have an object and others a text: as objects, OpenSearch would refuse the texts. */
function eitherShape(): Fields {
  return {
    ...keywords("metadata", "details", "actor", "user"),
    // Where some sources put what belongs to the action.
    ...below("metadata", keywords(...details)),
    ...below("details", keywords(...details)),
    ...below("http_request", keywords("http_method")),
    ...below("actor.user", person),
    ...below("actor.org", keywords("uid", "name")),
    ...below("user", person),
    ...below("src_endpoint", endpoint),
  };
}

const actions = words(`
  action audit_action action_taken outcome result decision status reason match_reason
  error error_code error_message failure_reason applies_to time_source
  matched_rule_id matched_pack_id policy_rules_matched bundle_id entity_type entity_category
  dlp_labels compliance_framework framework
`);
const identities = words(`
  user_id user_name user_email display_name email org_id org_name tenant_id tenant_name
  session_id conversation_id request_id hmac previous_hmac hmac_key_id
`);
const changes = words(`
  target_user_id target_user_name target_user_email role role_id role_name old_role new_role
  group group_id group_name policy_id policy_name key_id key_name api_key_id
  permission permissions scope scopes resource_id resource_type
`);
const requests = ["provider", "model", "model_id", "routing_mode", "method", "path", "url", "user_agent"];
const places = words(`
  src_ip ip_address client_ip source_ip remote_addr ip x_forwarded_for dst_ip
  src_country_code src_country_name src_region src_city src_isp src_asn_org src_arin_org
  dst_country_code dst_asn_org
`);
/** What a rule compares with `>`. */
const counts = words(`
  token_count_input token_count_output prompt_tokens completion_tokens total_tokens
  matched_sequence src_asn dst_asn src_port
  status_code http_status response_code response_status
`);
const details = [...actions, ...changes];

const enrichment: Fields = {
  ...keywords("country_code", "country_name", "city", "isp", "asn_org"),
  asn: long,
  ...each(["is_vpn", "is_proxy", "is_tor", "is_hosting"], boolean),
};
const person: Fields = {
  ...keywords("uid", "name", "full_name", "email_addr", "credential_uid"),
  ...below("org", keywords("uid", "name")),
};
const endpoint: Fields = {
  ip,
  ...keywords("hostname", "name"),
  port: long,
  is_anonymous: boolean,
  ...below("location", { ...keywords("country", "city", "region", "isp"), lat: double, long: double }),
};

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

function below(path: string, fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [`${path}.${name}`, field]));
}
