import type { Batch, Guarantee, HttpReply, Limits, OldEvents, SendResult, Sink } from "@arbitex/core";
import { refuseFutureEvents, refuseWideEvents } from "@arbitex/core";
import type { PartName } from "./check.ts";
import { classifyBulk } from "./classify.ts";
import { classifyVictoriaBulk } from "./classify-victoria.ts";
import { bulkUrl, versionHeader, victoriaBulkUrl } from "./request.ts";
import type { ElasticConfig } from "./schema.ts";

/** How one product speaks the bulk API. */
export interface Dialect {
  readonly guarantee: Guarantee;
  readonly limits: Limits;
  readonly bulkUrl: (config: ElasticConfig) => string;
  /** Headers beside the credential's. */
  readonly headers: Readonly<Record<string, string>>;
  readonly classify: (reply: HttpReply, batch: Pick<Batch, "records" | "body">, now: number) => SendResult;
  /** What it can be asked about. */
  readonly parts: readonly PartName[];
  /** Encodes with the encoder, but refuses the events that the product would call stored and drop. */
  readonly refuseDropped?: (encode: Sink["encode"]) => Sink["encode"];
  readonly oldEvents?: OldEvents;
}

const elasticsearch: Dialect = {
  guarantee: "indexed",
  // What Elastic's own clients flush at; the smallest hosted OpenSearch nodes refuse bodies over 10 MiB.
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
    // It keeps what it has taken in memory for up to 5 s before that is on its disk.
    guarantee: "accepted",
    // A longer line is skipped, or ends the request. The action line, which is one of its own, is counted as well.
    limits: { maxBatchBytes: 5_000_000, maxEventBytes: 256 * 1024 },
    bulkUrl: victoriaBulkUrl,
    headers: {},
    classify: classifyVictoriaBulk,
    // What it says of its version and product is not so.
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
