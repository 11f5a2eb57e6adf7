import type { IncomingHttpHeaders } from "node:http";
import type { EventCounts, Keep } from "./event-store.ts";
import type { FaultRule } from "./fault.ts";
import type { FaultPlan } from "./fault-plan.ts";

/** What every simulator takes; all of it optional. */
export interface SimulatorOptions {
  /** 127.0.0.1 where it is not given. */
  readonly host?: string;
  /** 0, a free one, where it is not given. */
  readonly port?: number;
  /** HTTPS with this certificate; without it plain HTTP. */
  readonly tls?: SimulatorTls;
  /** `all` where it is not given. */
  readonly keep?: Keep;
  /** A smaller limit of request bodies than the SIEM's own. */
  readonly maxBodyBytes?: number;
  /** Seed of the chance in faults; 1 where it is not given. */
  readonly seed?: number;
  /** Faults that strike by chance from the start on. */
  readonly faults?: string | readonly FaultRule[];
  /** Called after each request, also one that got no answer. */
  readonly onRequest?: (request: LoggedRequest) => void;
}

/** All as PEM. */
export interface SimulatorTls {
  readonly cert: string;
  readonly key: string;
  /** The CA that clients are to trust, where the certificate is not its own. */
  readonly trust?: string;
  /** Demands a client certificate of this CA. */
  readonly clientCa?: string;
}

/** A SIEM as its clients see it, listening on loopback. */
export interface Simulator<Stored = unknown> {
  /** The connector's type, such as `splunk_hec`. */
  readonly type: string;
  /** The origin, without a path. */
  readonly url: string;
  /** The `config` of a destination that delivers to this simulator, as it stands in a configuration file. */
  readonly config: Readonly<Record<string, string | number | boolean>>;
  /** What the SIEM has stored, in order of arrival; holds events only when all is kept. */
  readonly stored: readonly Stored[];
  /** The ids of the stored events, unless only numbers are kept. */
  readonly ids: readonly string[];
  /** Every request in order, when all is kept. */
  readonly requests: readonly LoggedRequest[];
  readonly faults: FaultPlan;
  /** Refuses every credential, in this SIEM's words and wherever it wants one, until told otherwise. */
  refuseCredentials?(refuse: boolean): void;
  /** Refuses the event with this id for good: alone where the SIEM answers for each event, else with all of its batch. */
  poison?(id: string): void;
  /** From now on something before the SIEM answers whatever holds the event with this id with a web page and this status. */
  block?(id: string, status: number): void;
  counts(): SimulatorCounts;
  /** Forgets stored events, requests and counts. Faults stay. */
  reset(): void;
  /** Stops listening and ends all connections, also those that wait for a slow answer. */
  close(): Promise<void>;
}

/** Counts of a simulator since its start. */
export interface SimulatorCounts extends EventCounts {
  /** Requests of any kind, those without an answer included. */
  readonly requests: number;
}

/** A request as the simulator logged it. */
export interface LoggedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The body as unpacked text; empty unless all is kept. */
  readonly body: string;
  /** Bytes of the body as sent. */
  readonly wireBytes: number;
  /** Undefined when no answer was given. */
  readonly status: number | undefined;
  /** Name of the fault that struck, such as `503` or `reset-after`. */
  readonly fault: string | undefined;
}
