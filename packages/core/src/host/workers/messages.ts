import type { CheckReport } from "../../connector/check-report.ts";
import type { SendResult } from "../../connector/send-result.ts";
import type { EventRun } from "../../event/event-block.ts";
import type { AcceptedEventFields } from "../../event/accepted-event.ts";
import type { Unpackable } from "../../delivery/transmit/packer.ts";
import type { ErrorCode } from "../../errors.ts";
import type { RawExchange } from "../../transport/exchange-recorder.ts";
import type { ConnectorPackage } from "../connectors/connector-package.ts";
import type { TransmitSettings } from "./shape-settings.ts";
import type { EgressSettings } from "../config/egress-settings.ts";

/** Settings of a worker at its start. */
export interface WorkerSettings {
  readonly egress: EgressSettings;
}

/** A message to a worker. Each configuration of a destination has its own number, and so does each job. */
export type Order =
  | ({ readonly kind: "open"; readonly job: number; readonly destination: number } & DestinationOrder)
  | ({ readonly kind: "transmit"; readonly job: number; readonly destination: number } & LoadOrder)
  | { readonly kind: "check"; readonly job: number; readonly destination: number }
  | { readonly kind: "close"; readonly job: number; readonly destination: number }
  /** Cancels a job: its answer is no longer awaited. */
  | { readonly kind: "abort"; readonly job: number }
  /** Releases a block. */
  | { readonly kind: "drop"; readonly block: number }
  /** Asks for a sign of life. */
  | { readonly kind: "ping" };

export interface DestinationOrder {
  readonly id: string;
  readonly orgId: string | null;
  readonly connector: ConnectorPackage;
  /** The settings before the connector's schema parsed them. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly delivery: TransmitSettings;
}

export interface LoadOrder {
  readonly attempt: number;
  readonly mostBytes: number | undefined;
  readonly events: readonly (RunOrder | AcceptedEventFields)[];
}

/** Events in a block of shared memory, which is sent along the first time. */
export interface RunOrder extends EventRun {
  readonly block: number;
  readonly memory?: SharedArrayBuffer;
  readonly filling: number;
}

/** A message from a worker: an answer to a job, a sign of life, or a log line of a connector. */
export type Answer =
  | { readonly kind: "opened"; readonly job: number; readonly hasCheck: boolean }
  | { readonly kind: "failed"; readonly job: number; readonly code: ErrorCode | undefined; readonly message: string }
  | ({ readonly kind: "transmitted"; readonly job: number } & TransmissionAnswer)
  | { readonly kind: "checked"; readonly job: number; readonly report: CheckReport }
  | { readonly kind: "closed"; readonly job: number }
  | { readonly kind: "alive" }
  | ({ readonly kind: "log" } & LogLine);

/** Outcome of a transmission, by index of its events. */
export interface TransmissionAnswer {
  readonly result: SendResult | undefined;
  /** Size of the framed body. */
  readonly bytes: number;
  readonly exchange?: RawExchange | undefined;
  /** Undefined if all events were sent, in order. */
  readonly parts?: {
    readonly sent: readonly number[];
    readonly unpackable: readonly (Omit<Unpackable, "record"> & { readonly index: number })[];
    readonly rest: readonly number[];
  };
}

export interface LogLine {
  readonly destination: string;
  readonly level: "debug" | "info" | "warn" | "error";
  readonly facts: object;
  readonly text: string;
}
