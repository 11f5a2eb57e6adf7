import elastic from "@arbitex/connector-elastic";
import splunk from "@arbitex/connector-splunk";
import { elasticsearchClient } from "./elasticsearch-client.ts";
import { ours } from "./ours.ts";
import { prototypeHec } from "./prototype.ts";
import type { Sender } from "./sender.ts";
import { splunkLogging } from "./splunk-logging.ts";

/** Every sender of the bench, by the name under which it is asked for. */
export const senders: Readonly<Record<string, Sender>> = {
  "ours: HEC": ours([splunk]),
  "ours: HEC, gzip": ours([splunk], "gzip"),
  "prototype: HEC": prototypeHec,
  "splunk-logging: HEC": splunkLogging,
  "ours: Elasticsearch": ours([elastic]),
  "@elastic/elasticsearch: bulk": elasticsearchClient,
};
