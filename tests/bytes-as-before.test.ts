import datadog from "@arbitex/connector-datadog";
import elastic from "@arbitex/connector-elastic";
import sentinel from "@arbitex/connector-sentinel";
import splunk from "@arbitex/connector-splunk";
import sumo from "@arbitex/connector-sumo";
import type { AnyConnector, ConnectorContext } from "@arbitex/core";
import { silentLogger } from "@arbitex/core";
import type { AcceptedEvent } from "@arbitex/core/host";
import { acceptBytes, acceptText, defaultIntakeLimits } from "@arbitex/core/host";
import { describe, expect, it } from "vitest";
import { createBodyPool } from "../packages/core/src/delivery/transmit/body-pool.ts";
import type { Packer } from "../packages/core/src/delivery/transmit/packer.ts";
import { createPacker } from "../packages/core/src/delivery/transmit/packer.ts";
import { seedLines } from "../packages/core/test/compare-readers.ts";
import { mutate, seededRandom } from "../packages/core/test/mutated-events.ts";

const NOW = 1_741_824_000_000;
const LINES = 20_000;
const BATCH = 500;

const destinations: readonly (readonly [name: string, connector: AnyConnector, config: object])[] = [
  ["Splunk", splunk, { url: "https://splunk.example.com:8088", token: "t", index: "audit" }],
  ["Elasticsearch", elastic, { url: "https://es.example.com", api_key: "k", index: "audit" }],
  ["Datadog, as a text", datadog, { api_key: "k", format: "message" }],
  ["Datadog, as attributes", datadog, { api_key: "k", format: "attributes" }],
  ["Sumo Logic", sumo, { http_source_url: "https://sumo.example.com/receiver/v1/http/x" }],
  [
    "Sentinel",
    sentinel,
    {
      tenant_id: "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001",
      client_id: "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de002",
      client_secret: "s",
      endpoint: "https://dce.ingest.monitor.azure.com",
      stream_name: "Custom-Audit",
      dcr_immutable_id: "dcr-0123456789abcdef0123456789abcdef",
    },
  ],
];

/** The same events twice: as the parser keeps them, and as the scanner does. */
function bothWays(): { readonly texts: readonly AcceptedEvent[]; readonly bytes: readonly AcceptedEvent[] } {
  const random = seededRandom(7);
  const lines = Array.from({ length: LINES }, () => mutate(seedLines[random(seedLines.length)] ?? "", random));
  const ranges: number[] = [];
  let at = 0;
  for (const line of lines) {
    const length = Buffer.byteLength(line);
    ranges.push(at, at + length);
    at += length + 1;
  }
  const body = Buffer.from(`${lines.join("\n")}\n`);
  const bytes = acceptBytes({ bytes: body, ranges }, NOW, defaultIntakeLimits).records;
  const texts = lines.flatMap((_, index) => {
    const acceptance = acceptText(
      body.toString("utf8", ranges[index * 2], ranges[index * 2 + 1]),
      NOW,
      defaultIntakeLimits,
    );
    return "record" in acceptance ? [acceptance.record] : [];
  });
  // An event without an id gets a random one.
  const isOwn = texts.map(({ id }, index) => id === bytes[index]?.id);
  return { texts: texts.filter((_, index) => isOwn[index]), bytes: bytes.filter((_, index) => isOwn[index]) };
}

const { texts, bytes } = bothWays();

describe("a body of events that were never parsed", () => {
  it.each(destinations)("is to the byte that of parsed ones: %s", async (_, connector, config) => {
    const parsed = connector.configSchema.parse(config) as never;
    const context = { destinationId: "d", orgId: null, logger: silentLogger, now: () => NOW, random: () => 0.5 };
    const sink = await connector.open(parsed, { ...context, hostname: "h", egress: {} } as unknown as ConnectorContext);
    const of = <Value>(value: Value | ((config: never) => Value)): Value =>
      typeof value === "function" ? (value as (config: never) => Value)(parsed) : value;
    const limits = { ...of(connector.limits), maxBatchBytes: 1_000_000_000, maxBatchEvents: BATCH };
    const { type } = connector;
    const packer = createPacker({ framing: of(connector.framing), limits, sink, type, pool: createBodyPool() });
    for (let from = 0; from < texts.length; from += BATCH) {
      const [one, other] = [texts, bytes].map((records) => packed(packer, records.slice(from, from + BATCH)));
      expect(other).toEqual(one);
    }
    expect(texts.length).toBeGreaterThan(LINES / 4);
  });
});

function packed(packer: Packer, records: readonly AcceptedEvent[]) {
  const packing = packer.begin(records);
  let result = packing.goOn();
  while (result === undefined) result = packing.goOn();
  const { packed: whole, unpackable, rest } = result;
  return {
    body: whole?.buffer.toString("utf8", 0, whole.bytes),
    records: whole?.records.map(({ id }) => id),
    unpackable: unpackable.map(({ record, reason }) => [record.id, reason]),
    rest: rest.length,
  };
}
