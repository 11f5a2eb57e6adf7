// A host of its own process that has nothing but the backlog: what it costs the others there, the machine's cores and disk
// cost, and not the host that they share.
import { setTimeout as sleep } from "node:timers/promises";
import { backlogDestination, drained, fillBacklog } from "./backlog.ts";
import { openOrgHost } from "./org-host.ts";

export type BacklogOrder = { readonly fill: number } | "drain";

const [, , folder = "", url = ""] = process.argv;
const host = await openOrgHost(folder, [backlogDestination(url)]);

async function carryOut(order: BacklogOrder): Promise<void> {
  if (order === "drain") {
    await host.replace(backlogDestination(url));
    for (const isOver = drained(host); !isOver(); ) await sleep(2);
  } else await fillBacklog(host, order.fill);
}

process.on("message", (order: BacklogOrder) => {
  carryOut(order).then(
    () => process.send?.("done"),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
process.send?.("ready");
