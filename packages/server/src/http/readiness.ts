import type { Host } from "@arbitex/core/host";

/** Why a host takes no events at the moment; undefined when it takes them. One full queue of several is no reason. */
export async function unreadiness(host: Pick<Host, "status" | "queueTrouble">): Promise<string | undefined> {
  const { destinations } = host.status();
  if (destinations.length > 0 && destinations.every(({ isFull }) => isFull)) return "every queue is full";
  return host.queueTrouble();
}
