import { afterEach, describe, expect, it } from "vitest";
import type { Running } from "./command.ts";
import { environmentOf, run, start } from "./command.ts";

let running: Running;
afterEach(async () => {
  running.process.kill("SIGKILL");
  await running.finished;
});

describe("run --demo", () => {
  it("says that it is a demonstration, delivers at once, and accounts for all of it at Ctrl-C", async () => {
    running = start(["run", "--demo"]);
    await running.says(/DEMONSTRATION: no destination is configured/);
    await running.says(/splunk_hec healthy delivered=[1-9]/);
    await running.says(/elastic healthy delivered=[1-9]/);
    await expectConsole();
    running.process.kill("SIGINT");
    const { exitCode, stdout } = await running.finished;
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/\d+ accepted, 0 refused\./);
    expect(stdout).toMatch(/splunk_hec +(\d+) +\1 +0 +0 +0 /);
  });
});

/** Opens the printed set-up link as a browser would. */
async function expectConsole(): Promise<void> {
  const [, url = "", token = ""] = await running.says(/(http:\S+\/console\/)#setup=(\S+)/);
  const page = await fetch(url);
  expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ setup_token: token });
  const session = await fetch(new URL("/v1/sign-in", url), { method: "POST", headers, body });
  expect(await session.json()).toMatchObject({ kind: "setup_link", may_share: false });
  const cookie = session.headers.get("set-cookie")?.split(";")[0] ?? "";
  const overview = await fetch(new URL("/v1/org/overview", url), { headers: { cookie } });
  expect(await overview.json()).toEqual({ destinations: [] });
}

describe("simulate", () => {
  it("prints lines that make a destination of the simulator, and its counts at the end", async () => {
    running = start(["simulate", "splunk", "--port", "0", "--json"]);
    const [, url = "", token = ""] = await running.says(/export SPLUNK_HEC_URL=(\S+) SPLUNK_HEC_TOKEN=(\S+)/);
    const environment = environmentOf("SPLUNK_HEC", { url, token });
    const event = { class_uid: 6003, time: 1_741_824_000_123, severity_id: 1, metadata: { uid: "x" } };
    const sender = start(["run", "--input", "-", "--json"], environment);
    sender.process.stdin?.end(JSON.stringify(event));
    expect(JSON.parse((await sender.finished).stdout)).toMatchObject({ accepted: 1 });
    expect((await run(["check"], environment)).exitCode).toBe(0);
    running.process.kill("SIGINT");
    const { exitCode, stdout } = await running.finished;
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([0, { simulators: [{ type: "splunk_hec", stored: 1 }] }]);
  });
});
