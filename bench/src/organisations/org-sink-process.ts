// A SIEM of its own process that notes how long what arrived was under way. It answers each organisation as it is told to.
import { once } from "node:events";
import { createServer } from "node:http";
import { gunzipSync } from "node:zlib";

export type Trouble = "dead" | "slow" | "revoked" | "busy";

export interface Order {
  /** By the organisation's number; the others are well. */
  readonly trouble?: Readonly<Record<number, Trouble>>;
  /** Whether the notes are wanted, and begin anew after the answer. */
  readonly take?: boolean;
}

export interface SinkAnswer {
  /** Milliseconds from publish to arrival, of organisations from `FIRST_NOTED` on. */
  readonly samples: readonly number[];
  /** Number of requests. */
  readonly requests: number;
  /** Number of events so far that were noted, whether taken or not. */
  readonly noted: number;
}

/** Organisations before it may be in trouble. */
const FIRST_NOTED = 4;

let trouble: Readonly<Record<number, Trouble>> = {};
let samples: number[] = [];
let requests = 0;
let taken = 0;

const server = createServer((request, reply) => {
  requests++;
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("error", () => undefined);
  request.on("end", () => {
    const org = Number(/token-(\d+)/.exec(request.headers.authorization ?? "")?.[1]);
    const accept = () => {
      const body = Buffer.concat(chunks);
      if (org >= FIRST_NOTED) note(request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body);
      reply.writeHead(200, { "content-type": "application/json" }).end('{"text":"Success","code":0}');
    };
    const kind = trouble[org];
    switch (kind) {
      case "dead":
        return void request.socket.destroy();
      case "slow":
        return void setTimeout(accept, 30_000);
      case "revoked":
        return void reply.writeHead(401).end();
      case "busy":
        return void reply.writeHead(429, { "retry-after": "1" }).end();
      case undefined:
        return accept();
      default:
        kind satisfies never;
    }
  });
});

function note(body: Buffer): void {
  const now = performance.timeOrigin + performance.now();
  for (const [, then] of body.toString().matchAll(/"published_at":([\d.]+)/g)) samples.push(now - Number(then));
}

server.listen(0, "127.0.0.1");
await once(server, "listening");
process.on("message", ({ trouble: told, take = false }: Order) => {
  trouble = told ?? trouble;
  const noted = taken + samples.length;
  process.send?.({ samples: take ? samples : [], requests, noted } satisfies SinkAnswer);
  if (!take) return;
  taken = noted;
  samples = [];
  requests = 0;
});
const address = server.address();
if (typeof address === "object" && address !== null) process.send?.(address.port);
