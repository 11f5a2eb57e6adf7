import type { IncomingHttpHeaders } from "node:http";
import type { EventCounts, Keep } from "./event-store.ts";
import type { FaultRule } from "./fault.ts";
import type { FaultPlan } from "./fault-plan.ts";

/** Options of every simulator. */
export interface SimulatorOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0, which picks a free port. */
  readonly port?: number;
  /** Enables HTTPS with this certificate. */
  readonly tls?: SimulatorTls;
  /** Default `all`. */
  readonly keep?: Keep;
  /** Lower limit of request bodies than the SIEM's own. */
  readonly maxBodyBytes?: number;
  /** Seed of random faults. Default 1. */
  readonly seed?: number;
  /** Initial random faults. */
  readonly faults?: string | readonly FaultRule[];
  /** Called after each request, answered or not. */
  readonly onRequest?: (request: LoggedRequest) => void;
}

/** All as PEM. */
export interface SimulatorTls {
  readonly cert: string;
  readonly key: string;
  /** The CA that clients must trust, when the certificate is not self-signed. */
  readonly trust?: string;
  /** Requires a client certificate of this CA. */
  readonly clientCa?: string;
}

/** A SIEM as its clients see it, listening on loopback. */
export interface Simulator<Stored = unknown> {
  /** The connector's type, such as `splunk_hec`. */
  readonly type: string;
  /** The origin, without a path. */
  readonly url: string;
  /** The `config` of a destination that delivers to this simulator, as in a configuration file. */
  readonly config: Readonly<Record<string, string | number | boolean>>;
  /** The stored events in order of arrival. Contains events only with `keep: "all"`. */
  readonly stored: readonly Stored[];
  /** The ids of the stored events. Empty with `keep: "count"`. */
  readonly ids: readonly string[];
  /** Every request in order, with `keep: "all"`. */
  readonly requests: readonly LoggedRequest[];
  readonly faults: FaultPlan;
  /** Refuses every credential with this SIEM's own answer, at every route that needs one, while `refuse` is true. */
  refuseCredentials?(refuse: boolean): void;
  /** Refuses the event with this id for good: alone when the SIEM answers for each event, else with its whole batch. */
  poison?(id: string): void;
  /** Simulates a proxy before the SIEM: it answers every request with this event with a web page and this status. */
  block?(id: string, status: number): void;
  counts(): SimulatorCounts;
  /** Deletes stored events, requests and counts. Faults stay. */
  reset(): void;
  /** Stops listening and closes all connections, also those that wait for a slow answer. */
  close(): Promise<void>;
}

/** Counts of a simulator since its start. */
export interface SimulatorCounts extends EventCounts {
  /** All requests, including those without an answer. */
  readonly requests: number;
}

/** A request as the simulator logged it. */
export interface LoggedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The decompressed body; empty unless `keep` is `all`. */
  readonly body: string;
  /** Bytes of the body as sent. */
  readonly wireBytes: number;
  /** Undefined when no answer was sent. */
  readonly status: number | undefined;
  /** Name of the injected fault, such as `503` or `reset-after`. */
  readonly fault: string | undefined;
}
