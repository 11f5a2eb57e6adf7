import type { Egress } from "../connector/egress.ts";
import type { HttpReply } from "../connector/http-reply.ts";
import type { HttpExchange } from "../connector/http-transport.ts";
import { undiciAgent } from "./undici-agent.ts";

/** Why a request of a dry run has no answer. */
export const NOT_SENT = "not sent: this is a dry run";

/**
 * An egress that opens no connection, to see what would be sent. A request for a token gets one, so that the request
 * that carries it can be seen.
 */
export function createDryEgress(): Egress {
  return {
    http: () => ({ exchange: async (exchange) => (asksForToken(exchange) ? token() : refuse()) }),
    dispatcher: () => undiciAgent({ connect: (_options, callback) => callback(new Error(NOT_SENT), null) }),
    resolve: refuse,
    connectTls: refuse,
    connectPlain: refuse,
    close: async () => {},
  };
}

function refuse(): Promise<never> {
  return Promise.reject(new Error(NOT_SENT));
}

function asksForToken({ headers, body }: HttpExchange): boolean {
  const isForm = Object.entries(headers).some(
    ([name, value]) => name.toLowerCase() === "content-type" && value.startsWith("application/x-www-form-urlencoded"),
  );
  return isForm && body?.toString("latin1").includes("grant_type=") === true;
}

function token(): HttpReply {
  const text = JSON.stringify({ access_token: "token-of-a-dry-run", token_type: "Bearer", expires_in: 3600 });
  return { status: 200, headers: { "content-type": "application/json" }, text };
}
