import { isIP } from "node:net";
import type { FastifyRequest } from "fastify";

/**
 * The address that a request is counted and written down for: the client's, as the proxies of `trust_proxy` name it, else
 * the connection's. What they name may hold a port, as Azure's gateways write it, or be no address at all.
 */
export function clientAddress({ ip, socket }: Pick<FastifyRequest, "ip" | "socket">): string {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(ip)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(ip)?.[1] ?? ip;
  return isIP(bare) === 0 ? (socket.remoteAddress ?? "") : bare;
}
