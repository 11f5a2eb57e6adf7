import type { FastifyInstance } from "fastify";
import { UsageError } from "../usage-error.ts";
import { isLoopback } from "../http/loopback.ts";
import type { ListenAddress } from "./siem-server.ts";

/** Throws for an address beyond loopback without a token: everyone who reaches it could write audit events. */
export function assertSafe({ host }: ListenAddress, hasToken: boolean): void {
  if (hasToken || isLoopback(host)) return;
  throw new UsageError(
    `Refusing to listen on ${host} without a token: everyone who reaches it could write audit events. ` +
      "Set SIEM_INGEST_TOKEN (for example to the output of: openssl rand -hex 32), or listen on 127.0.0.1.",
  );
}

/** Starts listening and returns the origin, such as `http://127.0.0.1:8080`. */
export async function listen(
  app: FastifyInstance,
  { host, port }: ListenAddress,
  { anyPort = false }: { readonly anyPort?: boolean } = {},
): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (anyPort && code === "EADDRINUSE") return listen(app, { host, port: 0 });
    const advice = ADVICE[String(code)];
    if (advice === undefined) throw error;
    throw new UsageError(`Cannot listen on ${host}:${port}: ${advice}`, { cause: error });
  }
  const address = app.server.address();
  const bound = typeof address === "object" && address !== null ? address.port : port;
  return `http://${host.includes(":") ? `[${host}]` : host}:${bound}`;
}

const ADVICE: Readonly<Record<string, string>> = {
  EADDRINUSE: "another program uses this port. Choose one with --port or SIEM_PORT.",
  EACCES: "this user may not use the port. Choose one above 1023 with --port or SIEM_PORT.",
  EADDRNOTAVAIL: "this machine has no such address. Choose one with --host or SIEM_HOST.",
  ENOTFOUND: "there is no such host name. Choose an address with --host or SIEM_HOST.",
};
