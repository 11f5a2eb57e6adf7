import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../syslog/receiver-process.ts";
import { until } from "../until.ts";

const VERSION = "v0.159.0";
const command = join(
  process.env["PEER_CACHE"] ?? join(homedir(), ".cache/siem-peers"),
  `otelcol-${VERSION}`,
  "otelcol",
);

/** Whether `build.sh` was run on this machine; without it nothing is tested against the Collector. */
export const isCollectorBuilt = existsSync(command);

/** A log record as the Collector's file has it: OTLP's JSON. */
export interface CollectedLog {
  readonly serviceName: string;
  readonly record: Readonly<Record<string, unknown>>;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A real OpenTelemetry Collector on loopback, with a token, which writes what it takes into a file. */
export interface Collector {
  readonly url: string;
  readonly token: string;
  logs(): Promise<readonly CollectedLog[]>;
  /** Ends it in good order and starts it again after a while, on the same port with the same file. */
  restart(downMs: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startCollector({ maxRequestBytes = 20_971_520 } = {}): Promise<Collector> {
  const folder = await mkdtemp(join(tmpdir(), "otelcol-"));
  const [port, token, file] = [await freePort(), "t0ken-of-the-collector", join(folder, "logs.jsonl")];
  const config = join(folder, "config.json");
  // The Collector reads YAML, of which JSON is a part.
  const http = { endpoint: `127.0.0.1:${port}`, auth: { authenticator: "bearertokenauth" } };
  await writeFile(
    config,
    JSON.stringify({
      extensions: { bearertokenauth: { token } },
      receivers: { otlp: { protocols: { http: { ...http, max_request_body_size: maxRequestBytes } } } },
      exporters: { file: { path: file, append: true, flush_interval: "50ms" } },
      service: {
        telemetry: { metrics: { level: "none" } },
        extensions: ["bearertokenauth"],
        pipelines: { logs: { receivers: ["otlp"], exporters: ["file"] } },
      },
    }),
  );
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  const killed = () => void child?.kill("SIGKILL");
  process.once("exit", killed);

  async function start(): Promise<void> {
    child = spawn(command, ["--config", config], { stdio: "ignore" });
    await until(() => answers(url), { what: "the OpenTelemetry Collector", limitMs: 20_000 });
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }

  await start();
  return {
    url,
    token,
    async logs() {
      const text = await readFile(file, "utf8").catch(() => "");
      // What follows the last line feed is being written.
      const lines = text.split("\n").slice(0, -1);
      return lines.flatMap((line) => logsIn(JSON.parse(line)));
    },
    async restart(downMs) {
      await end("SIGTERM");
      await sleep(downMs);
      await start();
    },
    async stop() {
      process.off("exit", killed);
      await end("SIGTERM");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface Line {
  readonly resourceLogs: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeLogs: readonly {
      readonly logRecords: readonly { readonly attributes: readonly Attribute[]; readonly [key: string]: unknown }[];
    }[];
  }[];
}

function logsIn({ resourceLogs }: Line): readonly CollectedLog[] {
  return resourceLogs.flatMap(({ resource, scopeLogs }) =>
    scopeLogs.flatMap(({ logRecords }) =>
      logRecords.map((record) => ({
        serviceName: String(valuesOf(resource.attributes)["service.name"]),
        record,
        attributes: valuesOf(record.attributes),
      })),
    ),
  );
}

function valuesOf(attributes: readonly Attribute[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
