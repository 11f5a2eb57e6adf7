import type { z } from "zod";
import type { EventRecord } from "./event-record.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { Egress } from "./egress.ts";
import type { Batch } from "./batch.ts";
import type { CheckReport } from "./check-report.ts";
import type { Encoded } from "./encoded.ts";
import type { Framing } from "./framing.ts";
import type { SendResult } from "./send-result.ts";

/** What a good answer of this SIEM proves: the event is searchable, was taken in, or merely left through a socket. */
export type Guarantee = "indexed" | "accepted" | "written";

/** What one request, and one event in it, may weigh. The packer never exceeds these; there is no limit where none is named. */
export interface Limits {
  /** Bytes of the framed body before compression. */
  readonly maxBatchBytes: number;
  /** Bytes of the body as sent, for a SIEM that also counts after gzip. */
  readonly maxCompressedBytes?: number;
  readonly maxBatchEvents?: number;
  /** Bytes of one encoded event. One above this is dead-lettered unsent, stage `limit`. */
  readonly maxEventBytes?: number;
}

/** How a body is compressed on its way. */
export type Compression = "gzip" | "none";

/** Delivery settings that suit a SIEM better than the general defaults; what the user sets comes before them. */
export interface DeliveryDefaults {
  readonly batchSize?: number;
  readonly concurrency?: number;
  readonly compression?: Compression;
}

/** What a SIEM does to events that are old when they arrive, so that a replay can warn. */
export interface OldEvents {
  readonly afterMs: number;
  /** A sentence, such as "Datadog drops them." */
  readonly effect: string;
}

/**
 * A connector: inert data plus one factory. The host validates the configuration with `configSchema`, then calls `open`
 * once per destination.
 */
export interface Connector<Config = unknown> {
  readonly apiVersion: 1;
  /** As users and the `siem_configs` table write it, such as `splunk_hec`. */
  readonly type: string;
  readonly displayName: string;
  readonly guarantee: Guarantee | ((config: Config) => Guarantee);
  /** Strict, with `snake_case` keys; secrets made by `secret()`, so that forms, documents and redaction follow from it. */
  readonly configSchema: z.ZodType<Config>;
  /** `SPLUNK_HEC` lets `SPLUNK_HEC_URL` fill `url`. Without it the environment creates no destination of this type. */
  readonly envPrefix?: string;
  readonly limits: Limits | ((config: Config) => Limits);
  readonly defaults?: DeliveryDefaults | ((config: Config) => DeliveryDefaults);
  /** What a body may be compressed with, where not everything is possible; a delivery that asks for another is refused. */
  readonly compressions?: readonly Compression[] | ((config: Config) => readonly Compression[]);
  readonly framing: Framing | ((config: Config) => Framing);
  readonly oldEvents?: OldEvents | ((config: Config) => OldEvents | undefined);
  open(config: Config, context: ConnectorContext): Sink | Promise<Sink>;
}

/**
 * The live end of one destination. The framework calls; a sink never calls back, retries, sleeps, batches, splits or
 * counts. It reports a verdict and the framework acts.
 */
export interface Sink {
  /**
   * One event as it stands in a body, without the glue that `framing` declares. Pure. A throw dead-letters this event
   * alone, stage `encode`. Parts are cheaper than one text made of them: `['{"event":', { record }, "}"]`.
   */
  encode(record: EventRecord): Encoded;
  /** One attempt. Ends early when `signal` aborts. A throw counts as `retry`. */
  send(batch: Batch, signal: AbortSignal): Promise<SendResult>;
  /** Events whose keys differ never share a batch. */
  partitionKey?(record: EventRecord): string;
  /** Proves as much as can be proved without writing an event, in named steps. Also the probe of a suspended destination. */
  check?(signal: AbortSignal): Promise<CheckReport>;
  close?(): Promise<void>;
}

/** All that a connector gets from its host: no registry, no environment, no other destination's configuration. */
export interface ConnectorContext {
  readonly destinationId: string;
  /** The organisation whose destination this is; null for a global one. */
  readonly orgId: string | null;
  readonly logger: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Every connection is opened through this, so that TLS, proxy and address rules are the host's. */
  readonly egress: Egress;
  /** This machine's name, for SIEMs that record the sender. */
  readonly hostname: string;
}

/** A connector of whatever configuration, as the host holds it: it passes on only what the connector's own schema made. */
export type AnyConnector = Omit<Connector<never>, "configSchema"> & { readonly configSchema: z.ZodType };

type ConnectorDefinition<Schema extends z.ZodType> = Omit<
  Connector<z.output<Schema>>,
  "apiVersion" | "configSchema"
> & {
  readonly configSchema: Schema;
};

/** Names the contract's version and infers the configuration's type from its schema. */
export function defineConnector<Schema extends z.ZodType>(
  definition: ConnectorDefinition<Schema>,
): Connector<z.output<Schema>> {
  // TypeScript cannot see that a spread of the definition's members is the definition.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { apiVersion: 1, ...definition } as Connector<z.output<Schema>>;
}
