// Loaded into the server process before everything else (node --import), so that its clock and its disk can fail.
import { syncBuiltinESMExports } from "node:module";
import os from "node:os";
import { createClockShim } from "./clock.ts";
import { createDiskShim } from "./disk.ts";
import { ORDERS_VARIABLE, ordersSchema } from "./orders.ts";

const first = ordersSchema.parse(JSON.parse(process.env[ORDERS_VARIABLE] ?? "{}"));
const clock = createClockShim(first.speed);
const disk = await createDiskShim();
if (first.machine !== undefined) nameMachine(first.machine);
obey(first);
process.on("message", obey);
// The channel alone must not keep a server alive that has ended.
process.channel?.unref();

function nameMachine(name: string): void {
  os.hostname = () => name;
  syncBuiltinESMExports();
}

function obey(message: unknown): void {
  const { shiftMs, disk: state } = ordersSchema.parse(message);
  clock.shift(shiftMs);
  disk.become(state);
}
