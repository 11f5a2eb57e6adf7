import type { OldEvents } from "@arbitex/core";

/** Form of the token in the `Authorization` header. `basic` is a password without a user. */
export type AuthScheme = "splunk" | "bearer" | "basic";

/** Settings of a preset, where the user sets none. */
export interface PresetSettings {
  readonly auth_scheme: AuthScheme;
  /** `literal`: events go to the URL unchanged. */
  readonly path: "hec" | "literal";
  readonly shape: "event" | "raw";
  /** `hec`: success is HEC's own answer. `status`: any 2xx that is not a web page. */
  readonly success: "hec" | "status";
  /** Null leaves it out. */
  readonly index: string | null;
  readonly sourcetype: string | null;
}

/** One product with HEC's API. */
export interface Preset {
  readonly product: string;
  readonly settings: PresetSettings;
  /** Whether it supports indexer acknowledgement. */
  readonly acknowledges: boolean;
  /**
   * Whether its codes mean what Splunk documents, such as that events before a numbered one are stored. Otherwise such
   * a batch is halved: a repeat is better than a loss.
   */
  readonly isSplunk: boolean;
  /** Whether it refuses a time with a fraction. */
  readonly wholeSeconds?: true;
  /** Old events that it accepts and then drops. */
  readonly oldEvents?: OldEvents;
  /** How many fields an event may have, those of the envelope included; it answers success and drops one that has more. */
  readonly maxFields?: number;
  /** How far ahead an event may be dated, in milliseconds; the same. */
  readonly maxAheadMs?: number;
  readonly maxEventBytes: number;
  /** Fix for a refusal of the credential or the address. */
  readonly fix: string;
}

export const presetNames = [
  "splunk",
  "crowdstrike",
  "logscale",
  "sentinelone",
  "axiom",
  "openobserve",
  "cribl",
  "victorialogs",
] as const;

export type PresetName = (typeof presetNames)[number];

const HOUR_MS = 3_600_000;
const SOURCETYPE = "arbitex:ocsf";
/** Most of these products document no limit; a row of VictoriaLogs, with its field names, may have 2 MB. */
const RELATIVE_MAX_EVENT_BYTES = 1_000_000;

const likeSplunk: PresetSettings = {
  auth_scheme: "splunk",
  path: "hec",
  shape: "event",
  success: "hec",
  index: null,
  sourcetype: SOURCETYPE,
};

const relative = {
  acknowledges: false,
  isSplunk: false,
  maxEventBytes: RELATIVE_MAX_EVENT_BYTES,
} as const;

export const presets: Readonly<Record<PresetName, Preset>> = {
  splunk: {
    product: "Splunk",
    settings: { ...likeSplunk, index: "arbitex" },
    acknowledges: true,
    isSplunk: true,
    // Below maxEventSize of inputs.conf, 5 MB by default, and below Splunk Cloud's limit. An event above the batch
    // limit is sent alone; if an older Splunk refuses it with 413, it is dead-lettered.
    maxEventBytes: 5_000_000,
    fix: "It is not HEC that answers: check scheme, host and port of url (HEC's own port is 8088).",
  },
  crowdstrike: {
    ...relative,
    product: "CrowdStrike Falcon Next-Gen SIEM",
    // Its parsers need the event's own text, and its ingest addresses are those the console shows.
    settings: {
      auth_scheme: "bearer",
      path: "literal",
      shape: "raw",
      success: "status",
      index: null,
      sourcetype: null,
    },
    fix: "Set url and token to the API URL and API key of the HEC/HTTP data connection in the Falcon console; the key is shown once.",
  },
  logscale: {
    ...relative,
    product: "Falcon LogScale",
    // An index that is not the token's own repository is refused; a sourcetype would override the token's own parser.
    settings: { ...likeSplunk, auth_scheme: "bearer", success: "status", sourcetype: null },
    fix: "Set token to an ingest token of the repository, and url to LogScale's own address, or that of its ingest host.",
  },
  sentinelone: {
    ...relative,
    product: "SentinelOne AI SIEM",
    // The sourcetype names the parser: that of setup/.
    settings: { ...likeSplunk, auth_scheme: "bearer", success: "status", sourcetype: "arbitex-ocsf" },
    fix: "Set token to a log write key of the site, and url to the ingest host of its own region, such as https://ingest.us1.sentinelone.net.",
  },
  axiom: {
    ...relative,
    product: "Axiom",
    settings: likeSplunk,
    fix: "Set token to an API token that may ingest into the dataset (index), and url to https://hec.<your edge deployment>.",
  },
  openobserve: {
    ...relative,
    product: "OpenObserve",
    // It answers `{"text":"Success","code":200}`, which no Splunk says.
    settings: { ...likeSplunk, success: "status" },
    wholeSeconds: true,
    // ZO_INGEST_ALLOWED_IN_FUTURE, unless changed.
    maxAheadMs: 24 * HOUR_MS,
    oldEvents: {
      afterMs: 5 * HOUR_MS,
      effect: "OpenObserve drops events older than 5 hours, unless ZO_INGEST_ALLOWED_UPTO says otherwise.",
    },
    fix: "Set token to the Splunk HEC token of an ingestion token (IAM, Ingestion Tokens), and url to OpenObserve's bare address.",
  },
  cribl: {
    ...relative,
    product: "Cribl",
    settings: likeSplunk,
    fix: "Set url and token to the address and an auth token of the Splunk HEC source, and check that it is enabled and deployed.",
  },
  victorialogs: {
    ...relative,
    product: "VictoriaLogs",
    // Its -insert.maxFieldsPerLine and -futureRetention, unless changed.
    maxFields: 1000,
    maxAheadMs: 48 * HOUR_MS,
    oldEvents: {
      afterMs: 7 * 24 * HOUR_MS,
      effect:
        "VictoriaLogs drops events older than its retention, which is 7 days unless -retentionPeriod says otherwise.",
    },
    settings: likeSplunk,
    fix: "Set url to VictoriaLogs' own address, and token to what the proxy before it wants; VictoriaLogs itself looks at none.",
  },
};
