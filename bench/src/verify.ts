// What `arbitex-siem verify` takes for a large export: of four destinations, each in another form, whole and then with every
// thousandth line taken out.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { OcsfEvent } from "@arbitex/core";
import { defineConnector, ndjson } from "@arbitex/core";
import { createHost, openSignerFile, readPublishedKeys } from "@arbitex/core/host";
import { z } from "zod";
import { generateEvents } from "./events.ts";
import { repositoryRoot } from "./repository-root.ts";

const PUBLISHED = 500;
const EVERY = 1000;

/** How a SIEM exports an event, by name of the file. */
const forms: Readonly<Record<string, (json: string) => string>> = {
  "events.ndjson": (json) => json,
  "hec.json": (json) => `{"time":1796000000.123,"host":"h","sourcetype":"arbitex:ocsf","event":${json}}`,
  "hits.json": (json) => `{"_index":"arbitex-ocsf","_id":"1","_source":{"@timestamp":"2026-11-30",${json.slice(1)}}`,
  "datadog.json.gz": (json) => `{"_id":"AQ","service":"s","host":"h","message":${JSON.stringify(json)}}`,
};

/** Makes an export of so many events in all, verifies it, and prints time and the most memory. */
export async function measureVerify({ events }: { readonly events: number }): Promise<void> {
  const folder = await mkdtemp(join(process.env["BENCH_FOLDER"] ?? tmpdir(), "arbitex-verify-"));
  try {
    await makeExport(folder, events / Object.keys(forms).length);
    const paths = Object.keys(forms).map((name) => join(folder, name));
    await report(folder, paths, "whole");
    const cut = join(folder, "cut.ndjson");
    await pipeline(Readable.from(mostLinesOf(join(folder, "events.ndjson"))), createWriteStream(cut));
    await report(folder, [cut, ...paths.slice(1)], `without every ${EVERY}th of one destination`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function makeExport(folder: string, events: number): Promise<void> {
  const stored = join(folder, "signing-keys.json");
  const host = await createHost({
    deadLetterPath: folder,
    openSigner: () => openSignerFile(stored),
    destinations: Object.entries(forms).map(([name, form]) => ({
      id: name.split(".", 1)[0] ?? name,
      connector: exporting(join(folder, name), form),
      config: {},
      delivery: { integrity: { checkpointsMs: 1000 } },
    })),
  });
  let some: OcsfEvent[] = [];
  for (const event of generateEvents(events)) {
    some.push(event);
    if (some.length < PUBLISHED) continue;
    await host.publish(some, { waitForCapacity: true });
    some = [];
  }
  await host.publish(some, { waitForCapacity: true });
  await host.settled();
  await host.stop();
  await writeFile(join(folder, "keys.json"), JSON.stringify({ keys: await readPublishedKeys(stored) }));
}

/** A SIEM that exports what it gets as it comes. */
function exporting(path: string, form: (json: string) => string) {
  return defineConnector({
    type: "exporting",
    displayName: "Exporting",
    guarantee: "written",
    configSchema: z.strictObject({}),
    limits: { maxBatchBytes: 1_000_000 },
    framing: ndjson,
    open() {
      const file = path.endsWith(".gz") ? createGzip() : new PassThrough();
      const ended = pipeline(file, createWriteStream(path));
      return {
        encode: ({ json }) => form(json),
        async send({ body }) {
          if (!file.write(body)) await once(file, "drain");
          return { kind: "accepted" };
        },
        async close() {
          file.end();
          await ended;
        },
      };
    },
  });
}

async function* mostLinesOf(path: string): AsyncGenerator<string> {
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(path) })) {
    number++;
    if (number % EVERY !== 0) yield `${line}\n`;
  }
}

async function report(folder: string, paths: readonly string[], what: string): Promise<void> {
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
  const began = performance.now();
  const { code, lines, peakBytes } = await verify(folder, paths);
  const seconds = (performance.now() - began) / 1000;
  process.stdout.write(`${what}, ${megabytes(sizes.reduce((sum, size) => sum + size, 0))}: exit ${code ?? "none"}, `);
  process.stdout.write(`${seconds.toFixed(1)} s, at most ${megabytes(peakBytes)} of memory: ${lines.at(-1) ?? ""}\n`);
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

async function verify(folder: string, paths: readonly string[]) {
  const hook = 'process.on("exit", () => process.stderr.write(`peak ${process.resourceUsage().maxRSS}\\n`))';
  const command = join(repositoryRoot, "node_modules/.bin/arbitex-siem");
  const child = spawn(command, ["verify", ...paths, "--key", join(folder, "keys.json")], {
    env: { ...process.env, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hook)}` },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  const peakBytes = Number(/peak (\d+)/.exec(stderr)?.[1]) * 1024;
  return { code: child.exitCode, lines: stdout.trimEnd().split("\n"), peakBytes };
}
