import { once } from "node:events";
import { createServer } from "node:http";

/** A SIEM that takes a moment for each batch, and remembers which events it has seen. */
export interface LedgerSiem {
  readonly url: string;
  readonly seen: ReadonlySet<string>;
  repeated(): number;
  close(): void;
}

const ANSWER_AFTER_MS = 15;

export async function startLedgerSiem(): Promise<LedgerSiem> {
  const seen = new Set<string>();
  let repeated = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("error", () => undefined);
    const answer = () => {
      for (const [, uid = ""] of Buffer.concat(chunks)
        .toString()
        .matchAll(/"uid":"(e-\d+)"/g)) {
        if (seen.has(uid)) repeated++;
        seen.add(uid);
      }
      response.setHeader("content-type", "application/json").end('{"text":"Success","code":0}');
    };
    request.on("end", () => setTimeout(answer, ANSWER_AFTER_MS));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the SIEM has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    seen,
    repeated: () => repeated,
    close: () => server.close().closeAllConnections(),
  };
}
