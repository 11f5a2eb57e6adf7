import type { IncomingMessage } from "node:http";
import { createServer, request } from "node:http";
import { listening, portOf } from "./listening.ts";

export interface HttpFrontOptions {
  readonly targetPort: number;
  /** Added to the query of every request. */
  readonly query?: string;
  /** The only credential that is let through, as the nodes that can be started here know none. */
  readonly authorization?: string;
}

export interface HttpFront {
  readonly url: string;
  close(): Promise<void>;
}

/** As Elasticsearch's security answers. */
const UNAUTHENTICATED = JSON.stringify({
  error: {
    root_cause: [{ type: "security_exception", reason: "unable to authenticate with provided credentials" }],
    type: "security_exception",
    reason: "unable to authenticate with provided credentials",
  },
  status: 401,
});

/** An HTTP proxy on loopback that asks for a credential, or changes the query. */
export async function startHttpFront({ targetPort, query, authorization }: HttpFrontOptions): Promise<HttpFront> {
  const server = createServer((incoming, outgoing) => {
    if (authorization !== undefined && incoming.headers.authorization !== authorization) {
      incoming.resume();
      outgoing
        .writeHead(401, { "content-type": "application/json", "www-authenticate": "ApiKey" })
        .end(UNAUTHENTICATED);
      return;
    }
    const { method, headers } = incoming;
    const upstream = request({ host: "127.0.0.1", port: targetPort, path: pathOf(incoming, query), method, headers });
    upstream.on("response", (reply) => {
      outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(outgoing);
    });
    upstream.on("error", () => outgoing.destroy());
    incoming.pipe(upstream);
  });
  await listening(server);
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function pathOf({ url = "/" }: IncomingMessage, query: string | undefined): string {
  return query === undefined ? url : `${url}${url.includes("?") ? "&" : "?"}${query}`;
}
