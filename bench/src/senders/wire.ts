import type { BenchEvent, SinkAddress, SinkType } from "../contender.ts";

/** How events travel to one SIEM, as the documents of the SIEM show it and our connectors write it. */
export interface Wire {
  url(address: SinkAddress): string;
  headers(address: SinkAddress): Readonly<Record<string, string>>;
  readonly prefix: string;
  readonly separator: string;
  readonly suffix: string;
  /** What stands before the event's JSON, which is written whole, or without its opening brace. */
  before(event: EventFacts): string;
  readonly opened: boolean;
  readonly after: string;
  /** The event's JSON is itself written as a JSON string. */
  readonly quoted: boolean;
  /** The same for someone who serialises objects. */
  entry(event: BenchEvent): readonly unknown[];
}

export interface EventFacts {
  readonly time: number;
  readonly uid: string;
}

const hec = { host: "gw-1", source: "arbitex-platform", sourcetype: "arbitex:audit", index: "arbitex" };
const hecKeys = JSON.stringify(hec).slice(1, -1);
const log = { ddsource: "arbitex", hostname: "gw-1", service: "arbitex-platform" };
const logKeys = JSON.stringify(log).slice(1, -1);
const lines = { prefix: "", separator: "\n", suffix: "\n" };
const list = { prefix: "[", separator: ",", suffix: "]" };
const ndjson = "application/x-ndjson";
const json = "application/json";

export const wires: Readonly<Record<SinkType, Wire>> = {
  splunk_hec: {
    ...lines,
    url: ({ url }) => `${url}/services/collector/event`,
    headers: ({ config }) => ({ "content-type": json, authorization: `Splunk ${String(config["token"])}` }),
    before: ({ time }) => `{"time":${time / 1000},${hecKeys},"event":`,
    opened: false,
    after: "}",
    quoted: false,
    entry: (event) => [{ time: timeOf(event) / 1000, ...hec, event }],
  },
  elastic: {
    ...lines,
    url: ({ url }) => `${url}/arbitex-ocsf/_bulk?filter_path=items.*._id,items.*.status,items.*.error`,
    headers: ({ config }) => ({ "content-type": ndjson, authorization: `ApiKey ${String(config["api_key"])}` }),
    before: ({ time, uid }) => `{"create":{"_id":"${uid}"}}\n{"@timestamp":${time},`,
    opened: true,
    after: "",
    quoted: false,
    entry: (event) => [{ create: { _id: uidOf(event) } }, { "@timestamp": event["time"], ...event }],
  },
  datadog: {
    ...list,
    url: ({ url }) => `${url}/api/v2/logs`,
    headers: ({ config }) => ({ "content-type": json, "dd-api-key": String(config["api_key"]) }),
    before: ({ time }) => `{${logKeys},"timestamp":${time},"message":`,
    opened: false,
    after: "}",
    quoted: true,
    entry: (event) => [{ ...log, timestamp: event["time"], message: JSON.stringify(event) }],
  },
  sumo_logic: {
    ...lines,
    url: ({ config }) => String(config["http_source_url"]),
    headers: () => ({ "content-type": ndjson, "x-sumo-category": "arbitex/audit" }),
    before: ({ time }) => `{"timestamp":${time},`,
    opened: true,
    after: "",
    quoted: false,
    entry: (event) => [{ timestamp: event["time"], ...event }],
  },
  sentinel: {
    ...list,
    url: sentinelUrl,
    headers: () => ({ "content-type": json, authorization: `Bearer ${SENTINEL_TOKEN}` }),
    before: ({ time, uid }) => `{"TimeGenerated":"${new Date(time).toISOString()}","event_uid":"${uid}",`,
    opened: true,
    after: "",
    quoted: false,
    entry: (event) => [{ TimeGenerated: new Date(timeOf(event)).toISOString(), event_uid: uidOf(event), ...event }],
  },
};

/** A token that the sink takes without having issued it, for those that have no part that fetches one. */
export const SENTINEL_TOKEN = "a-token-that-was-fetched-before";

function sentinelUrl({ url, config }: SinkAddress): string {
  const rule = String(config["dcr_immutable_id"]);
  return `${url}/dataCollectionRules/${rule}/streams/${String(config["stream_name"])}?api-version=2023-01-01`;
}

export function timeOf(event: BenchEvent): number {
  return Number(event["time"]);
}

export function uidOf({ metadata }: BenchEvent): string {
  return typeof metadata === "object" && metadata !== null && "uid" in metadata ? String(metadata.uid) : "";
}
