import type { FaultRule } from "@arbitex/simulators";

/** Everything that goes wrong in one run, and when. Made from a seed alone. */
export interface Schedule {
  readonly seed: number;
  readonly store: QueueStoreName;
  /** Threads that deliver; 0 where the server's own does. */
  readonly workers: number;
  /** How much faster the server's clocks and timers run than ours, so that a probe after a minute comes after seconds. */
  readonly speed: number;
  readonly load: Load;
  readonly destinations: readonly PlannedDestination[];
  /** By their time. */
  readonly steps: readonly Step[];
  /** The faults last to the end: what could not be delivered must still be in the queue, or a dead letter. */
  readonly staysBroken?: boolean;
  /** Whether the server reaches its SIEMs through an HTTP proxy. */
  readonly proxied?: boolean;
}

export type QueueStoreName = "memory" | "disk";

export interface Load {
  readonly eventsPerSecond: number;
  readonly forMs: number;
  /** Ends when so many events were offered, however long that takes; `forMs` is then no more than a guess. */
  readonly events?: number;
  /** Clients that post at the same time. */
  readonly clients: number;
  /** Events in one request, at most. */
  readonly maxBatch: number;
}

export interface PlannedDestination {
  /** The connector's type, and the destination's id. */
  readonly type: string;
  /** As it stands in a configuration file. */
  readonly delivery: Delivery;
  readonly minSeverityId?: number;
  /** Limit of the SIEM's request bodies, where it is smaller than usual. */
  readonly maxBodyBytes?: number;
  /** Every so many events one is refused for good; none where it is not given. */
  readonly poisonEvery?: number;
  /** Every so many events something before the SIEM answers one with this status, and with it whatever it travels with. */
  readonly blocked?: { readonly every: number; readonly status: number };
  /** Over TLS, with a file as `tls_ca` that has the right certificate, or to begin with the wrong one. */
  readonly caFile?: CaFile;
}

export type CaFile = "right" | "wrong";

export type Delivery = Readonly<Record<string, string | number | boolean>>;

/** Something that begins to go wrong. Times are ours, in milliseconds from the start of the load. */
export type Step = {
  readonly atMs: number;
  /** Begins once so many events were offered, whatever the time. */
  readonly afterEvents?: number;
} & (
  | { readonly kind: "strike"; readonly type: string; readonly rules: readonly FaultRule[]; readonly forMs: number }
  | { readonly kind: "refuse-credentials"; readonly type: string; readonly forMs: number }
  | { readonly kind: "refuse-tunnels"; readonly status: number; readonly forMs: number }
  /** The right certificate is put into the file. */
  | { readonly kind: "replace-ca" }
  /** The file's folder cannot be looked into for a while. */
  | { readonly kind: "hide-ca"; readonly forMs: number }
  | { readonly kind: "end-server"; readonly signal: "SIGKILL" | "SIGTERM"; readonly downMs: number }
  /** The file changes, and the server is asked to end and started again. */
  | { readonly kind: "reconfigure"; readonly type: string; readonly delivery: Delivery }
  | { readonly kind: "break-disk"; readonly failure: DiskFailure; readonly forMs: number }
  | { readonly kind: "shift-clock"; readonly byMs: number }
  /** The process stands still until one of another machine has taken its queue, and then goes on beside that one. */
  | { readonly kind: "freeze-server" }
  | { readonly kind: "move-dead-letters"; readonly way: DeadLetterMove }
  /** The folder of the queue has another name for a while. */
  | { readonly kind: "move-queue"; readonly forMs: number }
  /** `/readyz` must answer with this status. */
  | { readonly kind: "ask-ready"; readonly status: 200 | 503 }
);

/** Of the files of dead letters: they get another name, or are copied and deleted. */
export type DeadLetterMove = "rename" | "copy";

/** Of the server's writes: no space, or an error when they are synced. */
export type DiskFailure = "full" | "sync";
