import { isIP, isIPv4 } from "node:net";

/** Whether a server listening on this host is reachable from this machine only. */
export function isLoopback(host: string): boolean {
  if (isIP(host) === 0) return host.toLowerCase() === "localhost";
  if (isIPv4(host)) return host.startsWith("127.");
  return host === "::1" || host.toLowerCase().startsWith("::ffff:127.");
}
