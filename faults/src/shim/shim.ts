// Loaded into the server process before everything else (node --import), so that its clock and its disk can fail. Its worker threads
// load it too, and are told by the main thread: they have no channel to the run of their own.
import { syncBuiltinESMExports } from "node:module";
import os from "node:os";
import { BroadcastChannel, isMainThread } from "node:worker_threads";
import { createClockShim } from "./clock.ts";
import { createDiskShim } from "./disk.ts";
import { ORDERS_VARIABLE, ordersSchema } from "./orders.ts";

/** What a thread that starts asks the main one for. */
const ASKING = "orders";

const first = ordersSchema.parse(JSON.parse(process.env[ORDERS_VARIABLE] ?? "{}"));
const clock = createClockShim(first.speed);
const disk = await createDiskShim();
if (first.machine !== undefined) nameMachine(first.machine);
obey(first);
const threads = new BroadcastChannel("faults");
if (isMainThread) {
  let latest: unknown = first;
  const tellThreads = () => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- the one of windows, which threads have not
    threads.postMessage(latest);
  };
  process.on("message", (message) => {
    latest = message;
    obey(message);
    tellThreads();
  });
  threads.addEventListener("message", tellThreads);
  process.channel?.unref();
} else {
  threads.addEventListener("message", (event) => {
    if ("data" in event && event.data !== ASKING) obey(event.data);
  });
  // What it found in the variable was for the start of the process.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- as above
  threads.postMessage(ASKING);
}
// Neither channel alone may keep a server alive that has ended.
threads.unref();

function nameMachine(name: string): void {
  os.hostname = () => name;
  syncBuiltinESMExports();
}

function obey(message: unknown): void {
  const { shiftMs, disk: state } = ordersSchema.parse(message);
  clock.shift(shiftMs);
  disk.become(state);
}
