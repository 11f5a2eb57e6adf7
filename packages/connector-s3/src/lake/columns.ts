/** The type of a column, or of a part of one. */
export type Column =
  | "string"
  /** 32 bits. */
  | "integer"
  /** 64 bits; also for times in milliseconds since the epoch. */
  | "long"
  | "double"
  | "boolean"
  | { readonly list: Column }
  | { readonly struct: Readonly<Record<string, Column>> };

const list = (item: Column): Column => ({ list: item });
const struct = (members: Readonly<Record<string, Column>>): Column => ({ struct: members });
const strings = (...names: readonly string[]): Readonly<Record<string, Column>> =>
  Object.fromEntries(names.map((name) => [name, "string"]));

const organization = struct(strings("uid", "name", "ou_uid", "ou_name"));
const group = struct(strings("uid", "name", "type", "desc"));
const service = struct(strings("uid", "name", "version"));
const policy = struct(strings("uid", "name", "desc", "version"));
const product = struct(strings("uid", "name", "vendor_name", "version", "lang", "path", "url_string"));
const session = struct({
  ...strings("uid", "issuer", "uuid", "credential_uid"),
  created_time: "long",
  expiration_time: "long",
  is_mfa: "boolean",
  is_remote: "boolean",
});
const user = struct({
  ...strings("uid", "uid_alt", "name", "full_name", "email_addr", "domain", "type", "credential_uid"),
  type_id: "integer",
  groups: list(group),
  org: organization,
});
const location = struct({
  ...strings("city", "continent", "country", "desc", "isp", "postal_code", "provider", "region"),
  coordinates: list("double"),
  lat: "double",
  long: "double",
  is_on_premises: "boolean",
});
const endpoint = struct({
  ...strings("uid", "name", "hostname", "ip", "domain", "instance_uid", "svc_name"),
  port: "integer",
  is_anonymous: "boolean",
  location,
});
const analytic = struct({
  ...strings("uid", "name", "category", "desc", "type", "version"),
  type_id: "integer",
});
const finding = struct({
  ...strings("uid", "title", "desc", "src_url", "product_uid"),
  types: list("string"),
  created_time: "long",
  modified_time: "long",
  first_seen_time: "long",
  last_seen_time: "long",
  analytic,
});

/**
 * Columns of every object, named as in OCSF 1.1: the base event, and the attributes of an audit trail's classes. One
 * list for all classes, so that a table never changes. Other members are in `unmapped`, by path.
 */
export const columns: Readonly<Record<string, Column>> = {
  ...strings("activity_name", "category_name", "class_name", "message", "raw_data"),
  ...strings("severity", "status", "status_code", "status_detail", "type_name"),
  activity_id: "integer",
  category_uid: "integer",
  class_uid: "integer",
  severity_id: "integer",
  status_id: "integer",
  type_uid: "long",
  time: "long",
  start_time: "long",
  end_time: "long",
  duration: "integer",
  count: "integer",
  timezone_offset: "integer",
  metadata: struct({
    ...strings("uid", "version", "correlation_uid", "event_code", "tenant_uid", "log_name", "log_provider"),
    logged_time: "long",
    profiles: list("string"),
    labels: list("string"),
    product,
    extensions: list(struct(strings("uid", "name", "version"))),
  }),
  actor: struct({ ...strings("app_name", "app_uid", "invoked_by"), user, session, org: organization }),
  src_endpoint: endpoint,
  dst_endpoint: endpoint,
  enrichments: list(struct(strings("name", "value", "type", "provider"))),

  api: struct({
    ...strings("operation", "version"),
    service,
    request: struct({ ...strings("uid"), flags: list("string") }),
    response: struct({ ...strings("error", "error_message", "message"), code: "integer" }),
  }),
  http_request: struct({
    ...strings("uid", "http_method", "user_agent", "referrer", "version"),
    url: struct(strings("url_string", "hostname", "path", "query_string", "scheme")),
  }),
  resources: list(struct(strings("uid", "name", "type", "namespace", "region", "version"))),

  user,
  user_result: user,
  session,
  service,
  policy,
  auth_protocol: "string",
  auth_protocol_id: "integer",
  logon_type: "string",
  logon_type_id: "integer",
  is_mfa: "boolean",
  is_remote: "boolean",
  is_cleartext: "boolean",
  is_new_logon: "boolean",

  ...strings("action", "comment", "confidence", "disposition", "impact", "risk_level", "state"),
  action_id: "integer",
  confidence_id: "integer",
  confidence_score: "integer",
  disposition_id: "integer",
  impact_id: "integer",
  risk_level_id: "integer",
  risk_score: "integer",
  state_id: "integer",
  analytic,
  finding,
  finding_info: finding,
};
