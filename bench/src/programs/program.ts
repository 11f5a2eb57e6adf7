import type { Compression, Sinks, SinkType } from "../contender.ts";

/** Delivers events from a process of its own, which is given them through a file that grows, standard input or HTTP. */
export interface Program {
  readonly kind: "program";
  readonly sinks: readonly SinkType[];
  readonly compression: Compression;
  /** How the events come in. */
  readonly feed: "file" | "stdin" | "http";
  /** The program's file; undefined when it is not on this machine. */
  find(): string | undefined;
  /** How to get it, for someone who misses it in the results. */
  readonly hint: string;
  /** Writes its configuration into the folder and says how to start it. */
  prepare(setting: ProgramSetting): Launch;
}

export interface ProgramSetting {
  /** Empty, the program's own for this run. */
  readonly folder: string;
  /** For `file`: a file that is empty at first. */
  readonly inputPath: string;
  readonly sinks: Sinks;
  readonly compression: Compression;
  /** Events in a request, where the program can be told. */
  readonly batchSize: number;
  /** A port that was free a moment ago. */
  readonly port: number;
  /** The repository whose build is measured. */
  readonly root: string;
}

export interface Launch {
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
}
