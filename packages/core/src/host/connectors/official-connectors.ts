/** A connector of this project, known even if it is not installed. */
export interface OfficialConnector {
  readonly type: string;
  readonly packageName: string;
  readonly envPrefix: string;
  /** Variables without their prefix; each one asks for a destination of this type. */
  readonly asking: readonly string[];
}

const OFFICIAL: readonly OfficialConnector[] = [
  official("splunk_hec", "splunk", "SPLUNK_HEC", ["URL", "TOKEN"]),
  official("elastic", "elastic", "ELASTIC", ["URL", "CLOUD_ID", "API_KEY"]),
  official("sentinel", "sentinel", "SENTINEL", ["ENDPOINT", "DCR_IMMUTABLE_ID"]),
  official("datadog", "datadog", "DATADOG", ["API_KEY"]),
  official("sumo_logic", "sumo", "SUMO", ["HTTP_SOURCE_URL"]),
  official("qradar", "qradar", "QRADAR", ["HOST"]),
  official("cortex_xsiam", "xsiam", "XSIAM", ["URL", "API_KEY"]),
  official("otlp_http", "otlp", "OTLP_HTTP", ["URL"]),
  official("google_secops", "google-secops", "GOOGLE_SECOPS", ["PROJECT_ID", "INSTANCE_ID", "SERVICE_ACCOUNT_KEY"]),
  official("file", "file", "AUDIT_FILE", ["PATH"]),
  official("s3", "s3", "AUDIT_S3", ["BUCKET"]),
  // Other software uses such variables too, so that alone they ask for nothing.
  official("syslog", "syslog", "SYSLOG", []),
  official("webhook", "webhook", "WEBHOOK", []),
];

function official(type: string, name: string, envPrefix: string, asking: readonly string[]): OfficialConnector {
  return { type, packageName: `@arbitex/connector-${name}`, envPrefix, asking };
}

export function officialConnector(type: string): OfficialConnector | undefined {
  return OFFICIAL.find((candidate) => candidate.type === type);
}

export function officialTypes(): readonly string[] {
  return OFFICIAL.map(({ type }) => type);
}

export function officialPackages(): readonly string[] {
  return OFFICIAL.map(({ packageName }) => packageName);
}

/** Returns the connectors that environment variables ask for, installed or not, with those variables. */
export function askedFor(
  environment: Readonly<Record<string, string | undefined>>,
): readonly { readonly connector: OfficialConnector; readonly variables: readonly string[] }[] {
  return OFFICIAL.flatMap((connector) => {
    const names = connector.asking.map((key) => `${connector.envPrefix}_${key}`);
    // An empty variable counts as unset.
    const variables = names.filter((name) => Boolean(environment[name]));
    return variables.length === 0 ? [] : { connector, variables };
  });
}
