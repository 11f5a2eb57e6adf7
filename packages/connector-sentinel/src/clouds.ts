/** What differs between Microsoft's clouds. */
export interface Cloud {
  /** Issues tokens. */
  readonly authority: string;
  /** What a token for sending events is asked for. */
  readonly scope: string;
  /** Azure Resource Manager, which a check may ask for the data collection rule. */
  readonly management: string;
  /** How the names of ingestion endpoints end. */
  readonly ingestSuffix: string;
}

export const clouds = {
  public: {
    authority: "https://login.microsoftonline.com",
    scope: "https://monitor.azure.com/.default",
    management: "https://management.azure.com",
    ingestSuffix: ".ingest.monitor.azure.com",
  },
  us_government: {
    authority: "https://login.microsoftonline.us",
    scope: "https://monitor.azure.us/.default",
    management: "https://management.usgovcloudapi.net",
    ingestSuffix: ".ingest.monitor.azure.us",
  },
  china: {
    authority: "https://login.partner.microsoftonline.cn",
    scope: "https://monitor.azure.cn/.default",
    management: "https://management.chinacloudapi.cn",
    ingestSuffix: ".ingest.monitor.azure.cn",
  },
} as const satisfies Record<string, Cloud>;

export type CloudName = keyof typeof clouds;

/** The cloud that an ingestion endpoint belongs to by its name; undefined for a proxy or a test. */
export function cloudOfEndpoint(hostname: string): CloudName | undefined {
  if (hostname.endsWith(clouds.public.ingestSuffix)) return "public";
  if (hostname.endsWith(clouds.us_government.ingestSuffix)) return "us_government";
  return hostname.endsWith(clouds.china.ingestSuffix) ? "china" : undefined;
}
