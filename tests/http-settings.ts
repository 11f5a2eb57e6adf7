import { serviceAccountKeyFile } from "@arbitex/simulators";

const ID = "5a1b0000-0000-4000-8000-000000000001";

/** Settings of each connector over HTTP, for a SIEM at this URL. */
export const httpSettings: Readonly<Record<string, (url: string) => object>> = {
  splunk_hec: (url) => ({ url, token: ID }),
  elastic: (url) => ({ url, api_key: "a2V5OmtleQ==" }),
  datadog: (url) => ({ url, api_key: "51e3a9f0c0de4000800051e3a9f0c0de" }),
  sumo_logic: (url) => ({ http_source_url: `${url}/receiver/v1/http/x` }),
  webhook: (url) => ({ url }),
  otlp_http: (url) => ({ url }),
  cortex_xsiam: (url) => ({ url, api_key: "a-key", compression: "none" }),
  google_secops: (url) => ({
    project_id: "p",
    region: "eu",
    instance_id: ID,
    service_account_key: serviceAccountKeyFile(url),
    url,
  }),
  sentinel: (url) => ({
    endpoint: url,
    dcr_immutable_id: "dcr-00000000000000000000000000005a1b",
    stream_name: "Custom-ArbitexAuditLogs",
    tenant_id: ID,
    client_id: ID,
    client_secret: "sim~ulated-client-secret",
    authority_host: url,
  }),
};
