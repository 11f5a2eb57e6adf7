import { startBulkSimulator } from "./bulk/bulk-simulator.ts";
import type { FaultName, Reasons } from "./conformance/subject.ts";
import { startHecSimulator } from "./hec/hec-simulator.ts";
import type { Simulator, SimulatorOptions } from "./simulator/simulator.ts";

/** A SIEM that can be simulated, for a command line. */
export interface SimulatorEntry {
  readonly displayName: string;
  /** Other names that a user may type for the connector's type. */
  readonly aliases: readonly string[];
  /** The port that the SIEM itself listens on. */
  readonly defaultPort: number;
  readonly start: (options?: SimulatorOptions) => Promise<Simulator>;
  /** Faults of the conformance suite that this protocol does not know, each with the reason. */
  readonly lacks?: Reasons<FaultName>;
}

/** All simulators, by the type of the connector that delivers to them. */
export const simulators: Readonly<Record<string, SimulatorEntry>> = {
  splunk_hec: { displayName: "Splunk HEC", aliases: ["splunk", "hec"], defaultPort: 8088, start: startHecSimulator },
  elastic: {
    displayName: "Elasticsearch",
    aliases: ["elasticsearch"],
    defaultPort: 9200,
    start: startBulkSimulator,
  },
};

/** The simulator of this connector type or alias. */
export function findSimulator(name: string): SimulatorEntry | undefined {
  const wanted = name.toLowerCase().replaceAll("-", "_");
  const found = Object.entries(simulators).find(([type, { aliases }]) => type === wanted || aliases.includes(wanted));
  return found?.[1];
}
