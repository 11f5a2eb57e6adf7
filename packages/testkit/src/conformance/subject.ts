import type { AnyConnector } from "@arbitex/core";
import type { FaultName, FaultPlan, LoggedRequest, Reasons } from "@arbitex/simulators";

/** Settings of a destination as a user writes them. */
export type Settings = Readonly<Record<string, unknown>>;

/** A running simulator as the suite needs it. Every simulator of `@arbitex/simulators` is one. */
export interface SimulatedSiem {
  /** The origin, with the port: `http://127.0.0.1:8088`, `tls://127.0.0.1:6514`. */
  readonly url: string;
  /** Settings of a destination that delivers to it. */
  readonly config: Settings;
  /** `metadata.uid` of the stored events in order of arrival. An event stored twice is listed twice. */
  readonly ids: readonly string[];
  readonly faults: Pick<FaultPlan, "script" | "set" | "clear">;
  /** Without it the fault `401` and the check of a wrong credential are skipped. */
  refuseCredentials?(refuse: boolean): void;
  /** Without it the fault `poisoned` is skipped. */
  poison?(id: string): void;
  close(): Promise<void>;
}

export interface SimulatedSiemOptions {
  /** Lower limit of request bodies than the SIEM's own, for the fault `413`. */
  readonly maxBodyBytes?: number;
  /** Called after each request, answered or not. It times the fault `429`. */
  readonly onRequest?: (request: LoggedRequest) => void;
}

export interface ConformanceSimulator {
  readonly start: (options: SimulatedSiemOptions) => Promise<SimulatedSiem>;
  /** Set when all batches use one connection, so that a fault affects every batch under way. */
  readonly sharesConnection?: boolean;
  /** Faults that cannot occur with this protocol, each with the reason. */
  readonly lacks?: Reasons<FaultName>;
}

/** A connector and the simulator that it delivers to. */
export interface ScenarioSubject {
  readonly connector: AnyConnector;
  readonly simulator: ConformanceSimulator;
  /** The destination's settings for a running simulator. Default: the simulator's own. */
  readonly settings?: (siem: SimulatedSiem) => Settings;
  /** Set when the SIEM drops repeated ids. Then no event may be stored twice under any fault. */
  readonly storesOnce?: boolean;
}

/** Parts of the suite beside faults that a connector may skip with a reason. */
export type PartName = "check" | "wrong credential" | "limits";

export interface ConformanceSubject extends Omit<ScenarioSubject, "simulator"> {
  /** Default: the simulator of `@arbitex/simulators` for the connector's type. */
  readonly simulator?: ConformanceSimulator;
  /** The connector's package.json. */
  readonly manifest: unknown;
  /** Skipped parts, each with the reason. They are printed with every run. */
  readonly skip?: Reasons<FaultName | PartName>;
}
