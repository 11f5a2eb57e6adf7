import type { AnyConnector } from "@arbitex/core";
import type { FaultName, FaultPlan, LoggedRequest, Reasons } from "@arbitex/simulators";

/** Settings of a destination as a user writes them. */
export type Settings = Readonly<Record<string, unknown>>;

/** What the suite needs to know of a running simulator. Every simulator of `@arbitex/simulators` is one. */
export interface SimulatedSiem {
  /** The origin, with the port: `http://127.0.0.1:8088`, `tls://127.0.0.1:6514`. */
  readonly url: string;
  /** Settings of a destination that delivers to it. */
  readonly config: Settings;
  /** `metadata.uid` of the events that it has, in order of arrival; one that it has twice stands there twice. */
  readonly ids: readonly string[];
  readonly faults: Pick<FaultPlan, "script" | "set" | "clear">;
  /** Without it the fault `401` and the check of a wrong credential are left out. */
  refuseCredentials?(refuse: boolean): void;
  /** Without it the fault `poisoned` is left out. */
  poison?(id: string): void;
  close(): Promise<void>;
}

export interface SimulatedSiemOptions {
  /** A smaller limit of request bodies than the SIEM's own, for the fault `413`. */
  readonly maxBodyBytes?: number;
  /** Called after each request, also one that got no answer. The fault `429` is timed with it. */
  readonly onRequest?: (request: LoggedRequest) => void;
}

export interface ConformanceSimulator {
  readonly start: (options: SimulatedSiemOptions) => Promise<SimulatedSiem>;
  /** All batches travel on one connection, so that a fault strikes every one that is under way. */
  readonly sharesConnection?: boolean;
  /** Faults that this protocol does not know, each with the reason. */
  readonly lacks?: Reasons<FaultName>;
}

/** A connector, and a SIEM for it to deliver to. */
export interface ScenarioSubject {
  readonly connector: AnyConnector;
  readonly simulator: ConformanceSimulator;
  /** The destination's settings for a running simulator; the simulator's own where it is not given. */
  readonly settings?: (siem: SimulatedSiem) => Settings;
  /** Set where the SIEM drops repeats by their id: then no event may be stored twice, whatever happens. */
  readonly storesOnce?: boolean;
}

/** Parts of the suite other than faults that a connector may have a reason to leave out. */
export type PartName = "check" | "wrong credential" | "limits";

export interface ConformanceSubject extends Omit<ScenarioSubject, "simulator"> {
  /** The one that `@arbitex/simulators` has for the connector's type where it is not given. */
  readonly simulator?: ConformanceSimulator;
  /** The connector's package.json. */
  readonly manifest: unknown;
  /** What cannot be checked, each with the reason. It is shown with every run. */
  readonly skip?: Reasons<FaultName | PartName>;
}
