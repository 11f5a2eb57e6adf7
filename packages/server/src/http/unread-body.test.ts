import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import type { ApiServer } from "../../test/api-server.ts";
import { startApi } from "../../test/api-server.ts";

let api: ApiServer;
afterEach(() => api.close());

it("a body that drips in after its answer is not waited for", { timeout: 60_000 }, async () => {
  api = await startApi();
  await api.server.app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = api.server.app.server.address() as AddressInfo;
  const cases = [
    ["/v1/events", "siem_wrong", 401],
    ["/v1/events", "siem_a", 403],
    ["/nowhere", "siem_a", 404],
  ] as const;
  const answers = await Promise.all(cases.map(([path, token]) => answerToDrip(port, path, token)));
  for (const [index, [path, , status]] of cases.entries()) {
    expect(answers[index], path).toContain(`HTTP/1.1 ${status}`);
  }
});

/** Resolves to what was answered once the server closes the connection, to which a body drips. */
async function answerToDrip(port: number, path: string, token: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  let answer = "";
  socket.on("data", (chunk) => (answer += String(chunk)));
  const head = [
    "Host: a",
    `Authorization: Bearer ${token}`,
    "Content-Type: application/json",
    "Content-Length: 100000",
  ];
  socket.write(`POST ${path} HTTP/1.1\r\n${head.join("\r\n")}\r\n\r\n`);
  const closed = new Promise<string>((resolve) => socket.on("close", () => resolve(answer)));
  const drip = setInterval(() => socket.write("x"), 200);
  try {
    return await Promise.race([closed, wait(30_000, "still open")]);
  } finally {
    clearInterval(drip);
    socket.destroy();
  }
}
