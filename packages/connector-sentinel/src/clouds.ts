/** Addresses of one of Microsoft's clouds. */
export interface Cloud {
  /** Origin that issues tokens. */
  readonly authority: string;
  /** Scope of tokens for sending events. */
  readonly scope: string;
  /** Azure Resource Manager, from which a check may read the data collection rule. */
  readonly management: string;
  /** Suffix of ingestion endpoints. */
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

/** Returns the cloud of an ingestion endpoint by its name; undefined for a proxy or a test. */
export function cloudOfEndpoint(hostname: string): CloudName | undefined {
  if (hostname.endsWith(clouds.public.ingestSuffix)) return "public";
  if (hostname.endsWith(clouds.us_government.ingestSuffix)) return "us_government";
  return hostname.endsWith(clouds.china.ingestSuffix) ? "china" : undefined;
}
