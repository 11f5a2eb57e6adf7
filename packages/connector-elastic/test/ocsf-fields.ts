import type { Field, Fields, Product } from "./field-types.ts";
import {
  anything,
  boolean,
  float,
  geoPoint,
  integer,
  ip,
  keyword,
  keywords,
  long,
  object,
  text,
} from "./field-types.ts";

const organization = object(keywords("uid", "name"));
const group = object(keywords("uid", "name"));
const user = object({
  ...keywords("uid", "name", "full_name", "email_addr", "type", "credential_uid"),
  org: organization,
  groups: group,
});
const actor = object({
  user,
  org: organization,
  session: object(keywords("uid")),
  invoked_by: keyword,
});
const endpoint = object({
  ip,
  intermediate_ips: ip,
  ...keywords("hostname", "name", "uid", "interface_name"),
  port: integer,
  is_anonymous: boolean,
  location: object({
    ...keywords("country", "city", "region", "isp"),
    lat: float,
    long: float,
    coordinates: geoPoint,
  }),
});
const analytic = object({ ...keywords("uid", "name", "category", "type"), type_id: integer });
const finding = { ...keywords("title", "uid", "types"), desc: text };

/** What the platform's events hold of OCSF, but `unmapped`. */
export function properties(product: Product): Fields {
  return {
    "@timestamp": { type: "date", ignore_malformed: false },
    time: { type: "date", format: "epoch_millis" },
    ...base(),
    metadata: metadata(),
    actor,
    user,
    group,
    src_endpoint: endpoint,
    dst_endpoint: endpoint,
    evidences: object({ actor, src_endpoint: endpoint }),
    session: object(keywords("uid")),
    service: object(keywords("uid", "name", "version")),
    api: api(product),
    http_request: httpRequest(),
    auth_protocol_id: integer,
    auth_protocol: keyword,
    is_mfa: boolean,
    is_remote: boolean,
    finding: object(finding),
    finding_info: object({ ...finding, analytic }),
    analytic,
    state_id: integer,
    state: keyword,
    confidence_id: integer,
    confidence: keyword,
    action_id: integer,
    action: keyword,
    disposition_id: integer,
    disposition: keyword,
    resources: object(keywords("uid", "name", "type", "criticality", "labels")),
    policy: object(keywords("uid", "name", "version")),
    observables: object({ ...keywords("name", "type", "value"), type_id: integer }),
    enrichments: object({ ...keywords("name", "value", "type", "provider"), data: anything(product) }),
  };
}

function base(): Fields {
  return {
    class_uid: integer,
    class_name: keyword,
    category_uid: integer,
    category_name: keyword,
    activity_id: integer,
    activity_name: keyword,
    type_uid: long,
    type_name: keyword,
    severity_id: integer,
    severity: keyword,
    status_id: integer,
    status: keyword,
    status_code: keyword,
    status_detail: keyword,
    duration: long,
    message: text,
  };
}

function metadata(): Field {
  return object({
    sequence: long,
    ...keywords("uid", "version", "event_code", "original_time", "correlation_uid", "tenant_uid", "profiles"),
    product: object(keywords("uid", "name", "vendor_name", "version")),
    extensions: object(keywords("uid", "name", "version")),
  });
}

function api(product: Product): Field {
  return object({
    operation: keyword,
    service: object(keywords("uid", "name", "version")),
    request: object({ uid: keyword, data: anything(product) }),
    response: object({ code: integer, ...keywords("error", "message"), data: anything(product) }),
  });
}

function httpRequest(): Field {
  return object({
    ...keywords("http_method", "user_agent", "uid"),
    url: object(keywords("url_string", "hostname", "path")),
  });
}
