import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createEventRecord } from "@arbitex/core/host";
import { createEventGenerator } from "@arbitex/simulators";
import { createTestBatch, createTestContext } from "@arbitex/testkit";
import { expect, it, onTestFinished } from "vitest";
import { webhook } from "./index.ts";
import { framings } from "./shapes.ts";

it("the receiver of the setup kit verifies what is sent and takes a message once", async () => {
  const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
  const receiver = spawn(process.execPath, [join(import.meta.dirname, "../setup/receiver.mjs")], {
    env: { ...process.env, PORT: "0", WEBHOOK_SECRET: secret },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: string[] = [];
  const output = createInterface({ input: receiver.stdout });
  output.on("line", (line) => lines.push(line));
  await once(output, "line");
  const context = createTestContext({ now: Date.now });
  onTestFinished(async () => {
    await context.egress.close();
    receiver.kill();
    await once(receiver, "close");
  });
  const url = `http://127.0.0.1:${lines[0]?.split(" ").at(-1) ?? ""}/`;
  const open = (key: string) => webhook.open(webhook.configSchema.parse({ url, signing_secret: key }), context);
  const events = createEventGenerator({ seed: 1 });
  const records = [events.next(), events.next()].map((event) => createEventRecord(event));
  const send = async (key: string) => {
    const sink = await open(key);
    return sink.send(createTestBatch(framings.array, sink, records), AbortSignal.timeout(10_000));
  };
  expect(await send(secret)).toEqual({ kind: "accepted" });
  expect(await send(secret)).toEqual({ kind: "accepted" });
  expect(await send(`whsec_${Buffer.alloc(32, 8).toString("base64")}`)).toMatchObject({ kind: "suspend" });
  expect(lines.slice(1).map((line) => line.split(" ")[0])).toEqual(records.map(({ id }) => id));
});
