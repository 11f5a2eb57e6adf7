import type { IncomingHttpHeaders } from "node:http";
import type { Random } from "../events/random.ts";
import type { EventStore } from "./event-store.ts";
import type { Body, Packing } from "./read-body.ts";

/** The parts of a simulator that differ per SIEM. */
export interface Behaviour<Stored> {
  readonly type: string;
  readonly store: EventStore<Stored>;
  /** Most bytes of a body, both compressed and decompressed. */
  readonly maxBodyBytes: number;
  /** Accepted content encodings. Default gzip only. */
  readonly packings?: readonly Packing[];
  /** The destination's configuration for this address. */
  config(url: string): Readonly<Record<string, string | number | boolean>>;
  /** Whether a request carries events. Faults affect only these requests. */
  isIntake(head: RequestHead): boolean;
  /** Checks a request, stores its events and answers. */
  answer(request: SimulatedRequest): Answer;
  /** The answer to a body that could not be read. */
  refuseBody(problem: BodyProblem, head: RequestHead): Answer;
  /** The answer to a wrong credential; undefined for a request that needs none. Default `failure(401)`. */
  refusal?(head: RequestHead): Reply | undefined;
  /** Whether this SIEM answers for each event, so that `answer` handles poisoned ones. */
  readonly judgesEvents?: boolean;
  /** This SIEM's failure with a status, for faults that name only the status. */
  failure(status: number): Reply;
}

/** Why a body could not be read. */
export type BodyProblem = Exclude<Body, { kind: "read" | "broken-off" }>;

/** An answer, or `reset` to reset the connection instead. */
export type Answer = Reply | "reset";

/** An HTTP answer; `content-length` is added. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** A `Buffer` for protocols with binary answers. */
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

/** A request with its complete body. */
export interface SimulatedRequest extends RequestHead {
  /** Decompressed. */
  readonly body: Buffer;
  /** Set by a `partial` fault, which refuses some events. */
  readonly spoil?: Spoil;
  /** Ids of events to refuse. Only set when the SIEM answers for each event. */
  readonly poisoned?: ReadonlySet<string>;
}

/** A `partial` fault, from which the SIEM picks the events to refuse. */
export interface Spoil {
  readonly status: number;
  /** The positions to refuse among this many events. */
  pick(events: number): ReadonlySet<number>;
}

/** A JSON answer. */
export function jsonReply(status: number, value: unknown, headers?: Reply["headers"]): Reply {
  return { status, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(value) };
}

/** An HTML page for people. */
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
