import { once } from "node:events";
import { createServer } from "node:http";

/** A SIEM that takes HEC requests and remembers which events came, and when. */
export interface Receiver {
  readonly url: string;
  /** Number of times each event came. */
  readonly seen: ReadonlyMap<string, number>;
  /** Longest time without an event, by organisation, since `resetGaps`, in milliseconds. */
  gaps(): ReadonlyMap<string, number>;
  resetGaps(): void;
  /** Events whose first arrival came after that of a later event of their organisation. */
  readonly overtaken: readonly string[];
  close(): Promise<void>;
}

const UID = /"uid":"(o\d+)-(\d+)"/g;

export async function startReceiver(): Promise<Receiver> {
  const seen = new Map<string, number>();
  const overtaken: string[] = [];
  const latest = new Map<string, number>();
  const lastAt = new Map<string, number>();
  let gaps = new Map<string, number>();

  function take(body: string): void {
    const now = performance.now();
    for (const [, org = "", number = ""] of body.matchAll(UID)) {
      const id = `${org}-${number}`;
      const times = seen.get(id) ?? 0;
      seen.set(id, times + 1);
      const before = lastAt.get(org);
      if (before !== undefined) gaps.set(org, Math.max(gaps.get(org) ?? 0, now - before));
      lastAt.set(org, now);
      if (times > 0) continue;
      if (Number(number) < (latest.get(org) ?? -1)) overtaken.push(id);
      latest.set(org, Math.max(latest.get(org) ?? -1, Number(number)));
    }
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      take(Buffer.concat(chunks).toString());
      response.writeHead(200, { "content-type": "application/json" }).end('{"text":"Success","code":0}');
    });
    request.on("error", () => undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    overtaken,
    gaps() {
      // An organisation that still waits counts as well.
      const now = performance.now();
      for (const [org, at] of lastAt) gaps.set(org, Math.max(gaps.get(org) ?? 0, now - at));
      return gaps;
    },
    resetGaps() {
      gaps = new Map();
      const now = performance.now();
      for (const org of lastAt.keys()) lastAt.set(org, now);
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
