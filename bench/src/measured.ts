import type { Sinks } from "./contender.ts";

/** What a sender's process is told. */
export interface Job {
  readonly caseName: string;
  readonly name: string;
  readonly count: number;
  readonly sinks: Sinks;
}

/** What one run has cost. */
export interface Measured {
  readonly eventsPerSecond: number;
  /** User and system time of the whole process. */
  readonly cpuSecondsPerMillion: number;
  /** Of that, the thread that is given the events; undefined for programs. */
  readonly mainThreadSecondsPerMillion?: number | undefined;
  /** Of a sender what came on top of the events, which are there before; of a program its whole resident memory. */
  readonly peakMegabytes: number;
}
