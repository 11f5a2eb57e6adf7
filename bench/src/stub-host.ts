import type { Host } from "@arbitex/core/host";
import { createHost } from "@arbitex/core/host";
import type { Compression, SinkType } from "./contender.ts";
import { BATCH_SIZE, CONCURRENCY } from "./contender.ts";
import { connectors } from "./senders/connectors.ts";
import type { SilentSiems } from "./silent-siems.ts";

export interface StubHostOptions {
  readonly compression?: Compression;
  readonly maxQueuedEvents?: number;
  /** How many destinations of each type. */
  readonly copies?: number;
}

/** A host whose SIEMs are a function in the same process: what is measured is ours alone, without a socket. */
export function openStubHost(
  sinks: readonly SinkType[],
  siems: SilentSiems,
  { compression = "none", maxQueuedEvents = 2 * CONCURRENCY * BATCH_SIZE, copies = 1 }: StubHostOptions = {},
): Promise<Host> {
  const ids = Array.from({ length: copies }, (_, copy) => copy);
  return createHost({
    maxQueuedBytes: Number.MAX_SAFE_INTEGER,
    openEgress: () => ({
      dispatcher: () => siems,
      resolve: async () => [],
      connectTls: () => Promise.reject(new Error("no destination of the bench speaks TLS without HTTP")),
      connectPlain: () => Promise.reject(new Error("no destination of the bench speaks TCP without HTTP")),
      close: async () => undefined,
    }),
    destinations: ids.flatMap((copy) =>
      sinks.map((type) => ({
        id: `${type}-${copy}`,
        connector: connectors[type],
        config: connectors[type].configSchema.parse(settings[type]),
        delivery: {
          batchSize: BATCH_SIZE,
          concurrency: CONCURRENCY,
          compression,
          maxQueuedEvents,
          maxQueuedBytes: Number.MAX_SAFE_INTEGER,
        },
      })),
    ),
  });
}

const url = "http://127.0.0.1:9";

const settings: Readonly<Record<SinkType, object>> = {
  splunk_hec: { url, token: "5a1b0000-0000-4000-8000-000000000001" },
  elastic: { url, api_key: "YmVuY2g6YmVuY2g=" },
  datadog: { url, api_key: "51e3a9f0c0de4000800051e3a9f0c0de" },
  sumo_logic: { http_source_url: `${url}/receiver/v1/http/bench` },
  sentinel: {
    endpoint: url,
    dcr_immutable_id: "dcr-00000000000000000000000000005a1b",
    stream_name: "Custom-ArbitexAuditLogs",
    tenant_id: "5a1b0000-0000-4000-8000-000000000001",
    client_id: "5a1b0000-0000-4000-8000-000000000002",
    client_secret: "sim~ulated-client-secret",
    authority_host: url,
  },
};
