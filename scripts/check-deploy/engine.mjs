// Podman, so that it runs also where there is no systemd, and where limits cannot be raised.
import { join } from "node:path";
import { command } from "./tools.mjs";

/** Of the image that is built from the container file. */
export const IMAGE = "localhost/arbitex-siem-checked:latest";

const RUNTIME = ["--runtime", "runc", "--cgroup-manager", "cgroupfs"];
const CONTAINERS_CONF = join(import.meta.dirname, "containers.conf");

/** Runs one of Podman's commands and gives its output. */
export function engine(...words) {
  return command("podman", [...RUNTIME, ...words], { env: { ...process.env, CONTAINERS_CONF } });
}
