import { fork } from "node:child_process";
import { once } from "node:events";
import type { LookupAddress } from "node:dns";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { dialTcp } from "./dial.ts";
import { createGuard } from "./guard/guard.ts";

/** Listens, and takes no connection for a while: who comes once its queue is full waits for the system to ask again. */
const BUSY = `
  import { createServer } from "node:net";
  const server = createServer((socket) => socket.on("error", () => undefined));
  server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
    process.send(server.address().port, () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 800));
  });
  process.on("disconnect", () => process.exit());
`;

it("waits longer for an address than a far SIEM takes, before it tries the next one", async () => {
  const port = await startBusyServer();
  // Nobody listens at the second address: whoever goes on to it too soon reaches nothing.
  const addresses: LookupAddress[] = [
    { address: "127.0.0.1", family: 4 },
    { address: "127.0.0.2", family: 4 },
  ];
  const guard = createGuard({ allow: ["127.0.0.0/8"] }, (_host, _options, callback) => callback(null, addresses));
  const socket = await dialTcp({ protocol: "tls:", host: "far.example", port }, AbortSignal.timeout(15_000), guard);
  onTestFinished(() => void socket.destroy());
  expect(socket.remoteAddress).toBe("127.0.0.1");
});

async function startBusyServer(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "dial-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "busy.mjs");
  await writeFile(path, BUSY);
  const child = fork(path);
  onTestFinished(() => void child.kill());
  const [port] = (await once(child, "message")) as [number];
  for (let filling = 0; filling < 3; filling++) {
    const socket = connect(port, "127.0.0.1").on("error", () => undefined);
    onTestFinished(() => void socket.destroy());
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
  return port;
}
