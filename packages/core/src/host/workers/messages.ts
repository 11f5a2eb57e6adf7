import type { CheckReport } from "../../connector/check-report.ts";
import type { SendResult } from "../../connector/send-result.ts";
import type { DeliverySettings } from "../../delivery/delivery-settings.ts";
import type { EventRun } from "../../event/event-block.ts";
import type { AcceptedEventFields } from "../../event/accepted-event.ts";
import type { Unpackable } from "../../delivery/transmit/packer.ts";
import type { ErrorCode } from "../../errors.ts";
import type { ConnectorPackage } from "../connectors/connector-package.ts";
import type { EgressSettings } from "../config/egress-settings.ts";

/** What a worker is told at its start. */
export interface WorkerSettings {
  readonly egress: EgressSettings;
}

/** To a worker. A destination has one number for each configuration it had, a job one for each question. */
export type Order =
  | ({ readonly kind: "open"; readonly job: number; readonly destination: number } & DestinationOrder)
  | ({ readonly kind: "transmit"; readonly job: number; readonly destination: number } & LoadOrder)
  | { readonly kind: "check"; readonly job: number; readonly destination: number }
  | { readonly kind: "close"; readonly job: number; readonly destination: number }
  /** Nobody waits for the answer any more. */
  | { readonly kind: "abort"; readonly job: number }
  /** The block is not used any more. */
  | { readonly kind: "drop"; readonly block: number }
  /** Wants to be heard of. */
  | { readonly kind: "ping" };

export interface DestinationOrder {
  readonly id: string;
  readonly orgId: string | null;
  readonly connector: ConnectorPackage;
  /** As they were before the connector's schema read them. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly delivery: Pick<DeliverySettings, "compression" | "rendering">;
}

export interface LoadOrder {
  readonly attempt: number;
  readonly mostBytes: number | undefined;
  readonly events: readonly (RunOrder | AcceptedEventFields)[];
}

/** Events in a block of shared memory, which comes along the first time. */
export interface RunOrder extends EventRun {
  readonly block: number;
  readonly memory?: SharedArrayBuffer;
  readonly filling: number;
}

/** From a worker: answers to a job, signs of life, and what connectors log. */
export type Answer =
  | { readonly kind: "opened"; readonly job: number; readonly hasCheck: boolean }
  | { readonly kind: "failed"; readonly job: number; readonly code: ErrorCode | undefined; readonly message: string }
  | ({ readonly kind: "transmitted"; readonly job: number } & TransmissionAnswer)
  | { readonly kind: "checked"; readonly job: number; readonly report: CheckReport }
  | { readonly kind: "closed"; readonly job: number }
  | { readonly kind: "alive" }
  | ({ readonly kind: "log" } & LogLine);

/** What has become of a load, by the positions of its events. */
export interface TransmissionAnswer {
  readonly result: SendResult | undefined;
  /** Of the framed body. */
  readonly bytes: number;
  /** Undefined where all were sent, in their order. */
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
