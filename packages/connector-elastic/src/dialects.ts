import type { Batch, Guarantee, HttpReply, Limits, OldEvents, SendResult, Sink } from "@arbitex/core";
import { refuseFutureEvents, refuseWideEvents } from "@arbitex/core";
import { classifyBulk } from "./classify.ts";
import { classifyVictoriaBulk } from "./classify-victoria.ts";
import { bulkUrl, versionHeader, victoriaBulkUrl } from "./request.ts";
import type { ElasticConfig } from "./schema.ts";

export type PartName = "connect" | "bulk" | "privileges" | "target";

/** One product's dialect of the bulk API. */
export interface Dialect {
  readonly guarantee: Guarantee;
  readonly limits: Limits;
  readonly bulkUrl: (config: ElasticConfig) => string;
  /** Headers besides the credential's. */
  readonly headers: Readonly<Record<string, string>>;
  readonly classify: (reply: HttpReply, batch: Pick<Batch, "records" | "body">, now: number) => SendResult;
  /** The parts of a check it supports. */
  readonly parts: readonly PartName[];
  /** Encodes with the encoder, but refuses the events that the product would call stored and drop. */
  readonly refuseDropped?: (encode: Sink["encode"]) => Sink["encode"];
  readonly oldEvents?: OldEvents;
}

const elasticsearch: Dialect = {
  guarantee: "indexed",
  // The flush size of Elastic's own clients. The smallest hosted OpenSearch nodes refuse bodies over 10 MiB.
  limits: { maxBatchBytes: 5_000_000 },
  bulkUrl,
  headers: versionHeader,
  classify: classifyBulk,
  parts: ["connect", "bulk", "privileges", "target"],
};

export const dialects: Readonly<Record<ElasticConfig["dialect"], Dialect>> = {
  elasticsearch,
  opensearch: { ...elasticsearch, headers: {}, parts: ["connect", "bulk", "target"] },
  victorialogs: {
    // It keeps accepted events in memory for up to 5 s before writing them to disk.
    guarantee: "accepted",
    // A longer line is skipped or ends the request. The action line, also a line, is counted too.
    limits: { maxBatchBytes: 5_000_000, maxEventBytes: 256 * 1024 },
    bulkUrl: victoriaBulkUrl,
    headers: {},
    classify: classifyVictoriaBulk,
    // Its version and product are not real.
    parts: ["bulk"],
    // Its -insert.maxFieldsPerLine, of which `@timestamp` is one, and its -futureRetention, unless changed.
    refuseDropped: (encode) =>
      refuseFutureEvents(refuseWideEvents(encode, { siem: "VictoriaLogs", maxFields: 1000, ownFields: 1 }), {
        siem: "VictoriaLogs",
        aheadMs: 48 * 3_600_000,
      }),
    oldEvents: {
      afterMs: 7 * 24 * 3_600_000,
      effect:
        "VictoriaLogs drops events older than its retention, which is 7 days unless -retentionPeriod says otherwise.",
    },
  },
};
