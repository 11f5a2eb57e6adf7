import { readFile } from "node:fs/promises";
import { elastic } from "@arbitex/connector-elastic";
import type { Batch, EventRecord, OcsfEvent, SendResult, Sink } from "@arbitex/core";
import { encodedText, ndjson, silentLogger } from "@arbitex/core";
import { acceptObject, createEgress, defaultIntakeLimits } from "@arbitex/core/host";
import { createEventGenerator } from "@arbitex/simulators";

/** A sink, with what a test needs to drive it by hand. */
export interface DrivenSink {
  readonly sink: Sink;
  /** Encodes and frames events as the host does, and sends them once. */
  readonly send: (events: readonly OcsfEvent[], options?: SendOptions) => Promise<SendResult>;
  /** Sends a body as it is, for what the encoder never makes; the records stand for its lines. */
  readonly sendBody: (body: string, records: number, options?: SendOptions) => Promise<SendResult>;
  close(): Promise<void>;
}

export interface SendOptions {
  readonly signal?: AbortSignal;
  readonly contentType?: string;
  readonly contentEncoding?: "gzip";
  readonly transform?: (body: Buffer) => Buffer;
}

export function configOf(settings: Readonly<Record<string, unknown>>) {
  return elastic.configSchema.parse({ api_key: "id:key", ...settings });
}

/** Opens the connector for these settings, as the host would. */
export async function driveSink(settings: Readonly<Record<string, unknown>>): Promise<DrivenSink> {
  const egress = createEgress({ environment: {} });
  const sink = await elastic.open(configOf(settings), {
    destinationId: "peer",
    orgId: null,
    logger: silentLogger,
    now: Date.now,
    random: Math.random,
    egress,
    hostname: "localhost",
  });
  const send = (records: readonly EventRecord[], body: string, options: SendOptions = {}) => {
    const { contentType = ndjson.contentType, contentEncoding, transform = (bytes) => bytes, signal } = options;
    const batch: Batch = {
      records,
      body: transform(Buffer.from(body)),
      contentType,
      attempt: 1,
      ...(contentEncoding && { contentEncoding }),
    };
    return sink.send(batch, signal ?? AbortSignal.timeout(60_000));
  };
  return {
    sink,
    send(events, options) {
      const records = events.map(recordOf);
      return send(records, `${records.map((record) => encodedText(sink.encode(record))).join("\n")}\n`, options);
    },
    sendBody: (body, records, options) => send(generated(records).map(recordOf), body, options),
    close: () => egress.close(),
  };
}

export function recordOf(event: OcsfEvent): EventRecord {
  const acceptance = acceptObject(event, Date.now(), defaultIntakeLimits);
  if (!("record" in acceptance)) throw new Error(`not an event: ${JSON.stringify(acceptance.errors)}`);
  return acceptance.record;
}

export function passesIntake(event: OcsfEvent): boolean {
  return "record" in acceptObject(event, Date.now(), defaultIntakeLimits);
}

let seed = 1;

/** Events that were in no other test. */
export function generated(count: number): OcsfEvent[] {
  const generator = createEventGenerator({ seed: seed++ });
  return Array.from({ length: count }, () => generator.next());
}

/** Asks a node for something; the answer's JSON, whatever the status. */
export async function ask(url: string, method = "GET", body?: object): Promise<Record<string, unknown>> {
  const reply = await fetch(url, {
    method,
    ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  const answer: unknown = await reply.json();
  if (typeof answer !== "object" || answer === null) throw new Error(`${method} ${url}: ${JSON.stringify(answer)}`);
  return { ...answer };
}

/** The same, where a refusal would make the test meaningless. */
export async function order(url: string, method: string, body?: object): Promise<Record<string, unknown>> {
  const answer = await ask(url, method, body);
  if ("error" in answer) throw new Error(`${method} ${url}: ${JSON.stringify(answer)}`);
  return answer;
}

export async function countOf(nodeUrl: string, index: string): Promise<unknown> {
  await order(`${nodeUrl}/${index}/_refresh`, "POST");
  return (await order(`${nodeUrl}/${index}/_count`, "GET"))["count"];
}

/** Installs a template of the connector's setup folder, without replicas, which a lone node cannot place. */
export async function installTemplate(nodeUrl: string, file: string, more: object = {}): Promise<void> {
  const text = await readFile(new URL(`../../packages/connector-elastic/setup/${file}`, import.meta.url), "utf8");
  const { template, ...rest }: { template: { settings: object } } = JSON.parse(text);
  const settings = { ...template.settings, "index.number_of_replicas": 0, ...more };
  await order(`${nodeUrl}/_index_template/arbitex-ocsf`, "PUT", { ...rest, template: { ...template, settings } });
}
