import { spawnSync } from "node:child_process";
import type { QueueStoreName } from "../schedule/schedule.ts";
import { BIN, ROOT } from "../root.ts";

/** The disk queue where the server has one. Without it nothing can be asked of a `kill -9`. */
export function supportedStore(): QueueStoreName {
  const environment = { PATH: process.env["PATH"], SIEM_QUEUE: "disk" };
  const { stdout, stderr } = spawnSync(process.execPath, [BIN, "validate"], {
    cwd: ROOT,
    env: environment,
    encoding: "utf8",
  });
  return `${stdout}${stderr}`.includes("SIEM_QUEUE") ? "memory" : "disk";
}
