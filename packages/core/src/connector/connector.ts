import type { z } from "zod";
import type { EventRecord } from "./event-record.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { Egress } from "./egress.ts";
import type { Batch } from "./batch.ts";
import type { CheckReport, OnStep } from "./check-report.ts";
import type { Encoded } from "./encoded.ts";
import type { Framing } from "./framing.ts";
import type { SendResult } from "./send-result.ts";

/**
 * What an `accepted` verdict proves: the event is searchable (`indexed`), the SIEM took it in (`accepted`), or the
 * operating system took the bytes (`written`).
 */
export type Guarantee = "indexed" | "accepted" | "written";

/**
 * Size limits of one request and of one event. The packer never exceeds them; a limit that is absent does not apply.
 */
export interface Limits {
  /** Bytes of the framed body before compression. */
  readonly maxBatchBytes: number;
  /** Bytes of the body after compression, for a SIEM that limits both. */
  readonly maxCompressedBytes?: number;
  readonly maxBatchEvents?: number;
  /** Bytes of one encoded event. A larger event is dead-lettered unsent, stage `limit`. */
  readonly maxEventBytes?: number;
}

/** Compression of a request body. */
export type Compression = "gzip" | "none";

/**
 * Delivery settings that suit this SIEM better than the general defaults. The user's own
 * settings win.
 */
export interface DeliveryDefaults {
  readonly batchSize?: number;
  /** Longest wait of the oldest waiting event, such as minutes for a store of objects, where each batch becomes one. */
  readonly flushIntervalMs?: number;
  readonly concurrency?: number;
  readonly compression?: Compression;
}

/** What a SIEM does to events that are too old on arrival. A replay warns about them. */
export interface OldEvents {
  readonly afterMs: number;
  /** A sentence for the operator, such as "Datadog drops them." */
  readonly effect: string;
}

/**
 * A connector: inert data plus one factory. The host validates the configuration with `configSchema`, then calls `open`
 * once per destination.
 */
export interface Connector<Config = unknown> {
  readonly apiVersion: 1;
  /** The type as users and the `siem_configs` table write it, such as `splunk_hec`. */
  readonly type: string;
  readonly displayName: string;
  readonly guarantee: Guarantee | ((config: Config) => Guarantee);
  /**
   * Schema of the settings: a strict object with `snake_case` keys. Secrets are made by `secret()`, so that forms,
   * documents and redaction know them.
   */
  readonly configSchema: z.ZodType<Config>;
  /**
   * Prefix of environment variables: with `SPLUNK_HEC`, `SPLUNK_HEC_URL` sets `url`. Without a prefix, the environment
   * creates no destination of this type.
   */
  readonly envPrefix?: string;
  readonly limits: Limits | ((config: Config) => Limits);
  readonly defaults?: DeliveryDefaults | ((config: Config) => DeliveryDefaults);
  /** Compressions the SIEM supports; every one if absent. A delivery that asks for another is refused. */
  readonly compressions?: readonly Compression[] | ((config: Config) => readonly Compression[]);
  readonly framing: Framing | ((config: Config) => Framing);
  readonly oldEvents?: OldEvents | ((config: Config) => OldEvents | undefined);
  open(config: Config, context: ConnectorContext): Sink | Promise<Sink>;
}

/**
 * The open connection to one destination. The framework calls it; a sink never calls back, retries, sleeps, batches,
 * splits or counts. It returns a verdict and the framework acts on it.
 */
export interface Sink {
  /**
   * Encodes one event, without the separators that `framing` declares. Must be pure. A throw dead-letters this event
   * alone, stage `encode`. Parts are cheaper than one text made of them: `['{"event":', { record }, "}"]`.
   */
  encode(record: EventRecord): Encoded;
  /** One attempt. Ends early when `signal` aborts. A throw counts as `retry`. */
  send(batch: Batch, signal: AbortSignal): Promise<SendResult>;
  /** Returns the partition of an event. Events with different keys never share a batch. */
  partitionKey?(record: EventRecord): string;
  /**
   * Tests the destination in named steps without writing an event. Also the probe of a suspended destination. A
   * connector may tell `onStep` of each step as soon as it is known, in the report's order.
   */
  check?(signal: AbortSignal, onStep?: OnStep): Promise<CheckReport>;
  close?(): Promise<void>;
}

/** Everything a host gives a connector. It has no registry, no environment and no other destination's settings. */
export interface ConnectorContext {
  readonly destinationId: string;
  /** The organisation that owns the destination; null for a global destination. */
  readonly orgId: string | null;
  readonly logger: Logger;
  /** Current time in milliseconds since the epoch. */
  readonly now: () => number;
  /** A random number from 0 to below 1. */
  readonly random: () => number;
  /** Opens every connection, so that the host's TLS, proxy and address rules apply. */
  readonly egress: Egress;
  /** Name of this machine, for SIEMs that record the sender. */
  readonly hostname: string;
}

/** A connector whose configuration type is not known. The host passes it only what its own schema parsed. */
export type AnyConnector = Omit<Connector<never>, "configSchema"> & { readonly configSchema: z.ZodType };

type ConnectorDefinition<Schema extends z.ZodType> = Omit<
  Connector<z.output<Schema>>,
  "apiVersion" | "configSchema"
> & {
  readonly configSchema: Schema;
};

/**
 * Defines a connector. Adds the contract's version and infers the configuration's type from its schema.
 *
 * @example
 * ```ts
 * import { classifyStatus, defineConnector, httpClient, httpSink, ndjson, secret } from "@arbitex/core";
 * import { z } from "zod";
 *
 * export default defineConnector({
 *   type: "acme",
 *   displayName: "Acme SIEM",
 *   guarantee: "accepted",
 *   configSchema: z.strictObject({
 *     url: z.url({ protocol: /^https$/ }),
 *     token: secret({ description: "Token with the right to send events." }),
 *   }),
 *   envPrefix: "ACME",
 *   limits: { maxBatchBytes: 1_000_000 },
 *   framing: ndjson,
 *   open: ({ url, token }, context) =>
 *     httpSink({
 *       http: httpClient({ context }),
 *       encode: (record) => ({ record }),
 *       request: () => ({ url, headers: { authorization: `Bearer ${token.reveal()}` } }),
 *       classify: (reply) => classifyStatus(reply, context.now()),
 *     }),
 * });
 * ```
 */
export function defineConnector<Schema extends z.ZodType>(
  definition: ConnectorDefinition<Schema>,
): Connector<z.output<Schema>> {
  // TypeScript cannot see that a spread of the definition's members is the definition.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { apiVersion: 1, ...definition } as Connector<z.output<Schema>>;
}
