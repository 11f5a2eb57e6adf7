import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "./syslog/receiver-process.ts";
import { until } from "./until.ts";

const VERSION = "v1.52.1";
const MODULE = `github.com/VictoriaMetrics/VictoriaLogs/app/victoria-logs@${VERSION}`;
const run = promisify(execFile);

/** A real VictoriaLogs on loopback. */
export interface VictoriaLogs {
  readonly url: string;
  readonly version: string;
  /** What it has stored and fits a LogsQL query, one object a row. */
  query(logsQl: string): Promise<readonly Readonly<Record<string, string>>[]>;
  /** A counter of its own metrics, all its labels added up. */
  counter(name: string): Promise<number>;
  /** Ends it and removes what it has stored. */
  stop(): Promise<void>;
}

/** Whether this machine can build it; where not, nothing is tested against it. */
export async function hasGo(): Promise<boolean> {
  return run("go", ["version"]).then(
    () => true,
    () => false,
  );
}

/** Starts one that ends with this process at the latest. The first start on a machine builds it, which takes a minute. */
export async function startVictoriaLogs(flags: readonly string[] = []): Promise<VictoriaLogs> {
  const command = await builtCommand();
  const folder = await mkdtemp(join(tmpdir(), "victoria-logs-"));
  const port = await freePort();
  const own = [`-httpListenAddr=127.0.0.1:${port}`, `-storageDataPath=${folder}`, "-loggerLevel=ERROR"];
  const child = spawn(command, [...own, "-retentionPeriod=100y", ...flags], { stdio: "ignore" });
  const killed = () => void child.kill("SIGKILL");
  process.once("exit", killed);
  const url = `http://127.0.0.1:${port}`;
  const isUp = () =>
    fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(isUp, { what: "VictoriaLogs", limitMs: 20_000 });
  return {
    url,
    version: VERSION,
    async query(logsQl) {
      // What was just taken is found only after this.
      await fetch(`${url}/internal/force_flush`);
      const reply = await fetch(`${url}/select/logsql/query`, {
        method: "POST",
        body: new URLSearchParams({ query: logsQl }),
      });
      if (!reply.ok) throw new Error(`VictoriaLogs refuses the query: ${await reply.text()}`);
      return (await reply.text()).split("\n").flatMap((line) => (line === "" ? [] : [rowOf(line)]));
    },
    async counter(name) {
      const text = await (await fetch(`${url}/metrics`)).text();
      const lines = text.split("\n").filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
      return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
    },
    async stop() {
      process.off("exit", killed);
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function builtCommand(): Promise<string> {
  const folder = join(process.env["PEER_CACHE"] ?? join(homedir(), ".cache/siem-peers"), `victoria-logs-${VERSION}`);
  const command = join(folder, "victoria-logs");
  if (existsSync(command)) return command;
  await mkdir(folder, { recursive: true });
  // Two test files may build it at the same time: each in a folder of its own.
  const making = await mkdtemp(join(folder, "making-"));
  await run("go", ["install", MODULE], { env: { ...process.env, GOBIN: making }, timeout: 280_000 }).catch(
    (cause: unknown) => {
      throw new Error("VictoriaLogs could not be built, so nothing was tested against it.", { cause });
    },
  );
  await rename(join(making, "victoria-logs"), command);
  await rm(making, { recursive: true });
  return command;
}

function rowOf(line: string): Readonly<Record<string, string>> {
  const row: Record<string, string> = JSON.parse(line);
  return row;
}
