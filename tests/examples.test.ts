import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Simulator } from "@arbitex/simulators";
import { startHecSimulator } from "@arbitex/simulators";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
const examples = join(root, "examples");

describe("the examples", () => {
  let hec: Simulator;
  let folder: string;
  let started: ChildProcess | undefined;

  beforeEach(async () => {
    hec = await startHecSimulator();
    folder = await mkdtemp(join(tmpdir(), "example-"));
  });

  afterEach(async () => {
    started?.kill("SIGKILL");
    started = undefined;
    await hec.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs an example that delivers to the simulator; its output is in `lines`. */
  function run(name: string) {
    const child = spawn(process.execPath, [join(examples, name)], {
      cwd: folder,
      env: {
        ...process.env,
        SPLUNK_HEC_URL: String(hec.config["url"]),
        SPLUNK_HEC_TOKEN: String(hec.config["token"]),
        PORT: "0",
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    started = child;
    const lines: string[] = [];
    child.stdout.setEncoding("utf8").on("data", (text: string) => lines.push(...text.split("\n").filter(Boolean)));
    return { child, lines };
  }

  it("embed the host in a web service, whose requests are in the SIEM before it ends", async () => {
    const { child, lines } = run("embed-in-fastify.mjs");
    await expect.poll(() => lines[0]).toMatch(/^http:/);
    const response = await fetch(`${String(lines[0])}/hello`);
    expect(await response.json()).toEqual({ hello: "world" });
    child.kill("SIGTERM");
    await once(child, "exit");
    expect(hec.stored).toMatchObject([{ event: { class_uid: 6003, api: { operation: "GET /hello" }, status_id: 1 } }]);
  });

  it("send a pino logger's audit events to a SIEM, and no other line", async () => {
    const { child } = run("pino-logger.mjs");
    await once(child, "exit");
    await expect.poll(() => hec.stored).toHaveLength(1);
    expect(hec.stored).toMatchObject([
      { event: { message: "ada exported a report", api: { operation: "report.export" } } },
    ]);
  });

  it("show in the README the connector that stands among them", async () => {
    const [readme, example] = await Promise.all(
      ["README.md", "examples/acme-log.mjs"].map((name) => readFile(join(root, name), "utf8")),
    );
    expect(readme).toContain(`\`\`\`ts\n${String(example)}\`\`\``);
  });
});
