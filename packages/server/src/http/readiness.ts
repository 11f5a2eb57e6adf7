import type { Host } from "@arbitex/core/host";

/** Why the host accepts no events now; undefined when it accepts them. One full queue of several is no reason. */
export async function unreadiness(host: Pick<Host, "status" | "queueTrouble">): Promise<string | undefined> {
  const { destinations } = host.status();
  if (destinations.length > 0 && destinations.every(({ isFull }) => isFull)) return "every queue is full";
  return host.queueTrouble();
}
