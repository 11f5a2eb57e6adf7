import type { IncomingHttpHeaders } from "node:http";
import type { Random } from "../events/random.ts";
import type { EventStore } from "./event-store.ts";
import type { Body, Packing } from "./read-body.ts";

/** What makes one SIEM different from another. All else about a simulator is shared. */
export interface Behaviour<Stored> {
  readonly type: string;
  readonly store: EventStore<Stored>;
  /** Largest body, as sent and as unpacked. */
  readonly maxBodyBytes: number;
  /** How a body may be packed; gzip alone where it is not given. */
  readonly packings?: readonly Packing[];
  /** The destination's configuration for this address. */
  config(url: string): Readonly<Record<string, string | number | boolean>>;
  /** Whether a request carries events. Faults strike these requests and no others. */
  isIntake(head: RequestHead): boolean;
  /** Judges a request, stores its events and answers. */
  answer(request: SimulatedRequest): Answer;
  /** What this SIEM does about a body that could not be read. */
  refuseBody(problem: BodyProblem, head: RequestHead): Answer;
  /** What this SIEM says to a wrong credential; undefined for a request that needs none. `failure(401)` where not given. */
  refusal?(head: RequestHead): Reply | undefined;
  /** True where this SIEM answers for each event, so that `answer` deals with poisoned ones. */
  readonly judgesEvents?: boolean;
  /** How this SIEM words a failure of its own, for faults that name only a status. */
  failure(status: number): Reply;
}

/** Why a body could not be read. */
export type BodyProblem = Exclude<Body, { kind: "read" | "broken-off" }>;

/** An answer, or a connection that is reset instead of one. */
export type Answer = Reply | "reset";

/** What a SIEM answers; `content-length` is added. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Bytes for a protocol whose answers are no text. */
  readonly body?: string | Buffer;
}

/** A request without its body. */
export interface RequestHead {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

/** A request that was read whole. */
export interface SimulatedRequest extends RequestHead {
  /** Unpacked. */
  readonly body: Buffer;
  /** Set when a `partial` fault asks for some events to be refused. */
  readonly spoil?: Spoil;
  /** Ids of events to refuse; only given where the SIEM answers for each event. */
  readonly poisoned?: ReadonlySet<string>;
}

/** A `partial` fault on its way to the SIEM that picks the events to refuse. */
export interface Spoil {
  readonly status: number;
  /** The positions to refuse among so many events. */
  pick(events: number): ReadonlySet<number>;
}

/** An answer in JSON. */
export function jsonReply(status: number, value: unknown, headers?: Reply["headers"]): Reply {
  return { status, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(value) };
}

/** A page for people. */
export function htmlReply(status: number, title: string, text: string): Reply {
  const head = `<head><meta http-equiv="content-type" content="text/html; charset=UTF-8"><title>${title}</title></head>`;
  return {
    status,
    headers: { "content-type": "text/html; charset=UTF-8" },
    body: `<!doctype html><html>${head}<body><h1>${title}</h1><p>${text}</p></body></html>\r\n`,
  };
}

export function createSpoil(random: Random, { events = 1, status = 400 }: { events?: number; status?: number }): Spoil {
  return {
    status,
    pick(count) {
      const picked = new Set<number>();
      while (picked.size < Math.min(events, count)) picked.add(Math.floor(random() * count));
      return picked;
    },
  };
}
