import { isIP } from "node:net";
import type { FastifyRequest } from "fastify";

/**
 * The client's address for rate limits and audit events: as reported by the proxies of `trust_proxy`, else the
 * connection's. A proxy's value may contain a port, as Azure's gateways write it, or be no address at all.
 */
export function clientAddress({ ip, socket }: Pick<FastifyRequest, "ip" | "socket">): string {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(ip)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(ip)?.[1] ?? ip;
  return isIP(bare) === 0 ? (socket.remoteAddress ?? "") : bare;
}
