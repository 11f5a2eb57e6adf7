import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OcsfEvent } from "@arbitex/core";
import { createEventGenerator } from "@arbitex/simulators";
import { describe, expect, it, onTestFinished } from "vitest";
import { start } from "../server/command.ts";
import { deliverByFile, deliverByHttp } from "./through-server.ts";
import { until } from "./until.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const [MOUNT, UMOUNT] = ["/usr/bin/mount", "/usr/bin/umount"];
const VERIFIER = join(ROOT, "packages/connector-file/setup/verify.mjs");
const generator = createEventGenerator({ seed: 31 });
const eventsFor = (count: number) => Array.from({ length: count }, () => generator.next());

describe.each(["run --input", "HTTP"] as const)("events that go through the real server by %s", (way) => {
  it("stand in the files once each, byte for byte, and sha256sum agrees with the chain", async () => {
    const folder = await folderFor();
    const events = eventsFor(5000);
    const deliver = way === "HTTP" ? deliverByHttp : deliverByFile;
    const account = await deliver(events, { type: "file", config: { path: folder, max_file_bytes: 1_000_000 } });
    expect(account).toMatchObject({ accepted: 5000, delivered: 5000, dead_lettered: 0, queued: 0 });
    const lines = await linesOf(folder);
    expect(lines).toHaveLength(5000);
    expect(new Set(lines.map(uidOf)).size).toBe(5000);
    expect(lines.toSorted()).toEqual(events.map((event) => JSON.stringify(event)).toSorted());
    const names = (await readdir(folder)).filter((name) => name.endsWith(".ndjson"));
    expect(names.length).toBeGreaterThan(3);
    expect(verified(folder)).toContain(`${names.length} files, 5000 events, 0 problems`);
    const format = await readFile(join(ROOT, "packages/connector-file/FORMAT.md"), "utf8");
    const [, script = ""] = /```sh\n(previous=[^`]*)```/.exec(format) ?? [];
    for (const name of names) {
      const env = { ...process.env, F: join(folder, name.replace(".ndjson", "")) };
      expect(execFileSync("bash", ["-c", script], { env, encoding: "utf8" })).toBe("whole\n");
    }
  });
});

it("kill -9, five times: what the server had acknowledged is in the files, and the chain is whole", async () => {
  const [folder, state] = [await folderFor(), await folderFor()];
  const config = join(state, "siem.config.json");
  const destination = { id: "trail", type: "file", config: { path: folder, max_file_bytes: 200_000 } };
  const delivery = { batch_size: 50, flush_interval: 0.05 };
  await writeFile(config, JSON.stringify({ destinations: [{ ...destination, delivery }] }));
  const environment = { SIEM_CONFIG: config, SIEM_QUEUE: "disk", SIEM_QUEUE_PATH: join(state, "queue") };
  const acknowledged: string[] = [];
  for (let round = 0; round < 5; round++) {
    const server = start(["run", "--port", "0", "--json"], { ...environment, SIEM_DEAD_LETTER_PATH: state });
    const [, origin = ""] = await server.says(/Listening on (http:\S+)/);
    const killAt = Date.now() + 700 + 150 * round;
    while (Date.now() < killAt) {
      const events = eventsFor(100);
      const body = events.map((event) => JSON.stringify(event)).join("\n");
      const headers = { "content-type": "application/x-ndjson" };
      const answer = await fetch(`${origin}/v1/events`, { method: "POST", headers, body });
      if (answer.status === 202) acknowledged.push(...events.map((event) => uidOf(JSON.stringify(event))));
      await answer.arrayBuffer();
    }
    server.process.kill("SIGKILL");
    await server.finished;
  }
  const last = start(["run", "--port", "0", "--json"], { ...environment, SIEM_DEAD_LETTER_PATH: state });
  await last.says(/Listening on/);
  const missing = async () => {
    const found = new Set((await linesOf(folder)).map(uidOf));
    return acknowledged.filter((uid) => !found.has(uid));
  };
  await until(async () => (await missing()).length === 0, { what: "every event", limitMs: 60_000 });
  last.process.kill("SIGTERM");
  await last.finished;
  const lines = await linesOf(folder);
  const repeated = lines.length - new Set(lines.map(uidOf)).size;
  expect(acknowledged.length).toBeGreaterThan(1000);
  expect(verified(folder)).toContain(`${lines.length} events, 0 problems`);
  // The queue notes settlements within 20 ms or 2,000 events: a kill repeats what was settled since.
  expect(repeated).toBeLessThanOrEqual(5 * 2000);
});

it.skipIf(!canMount())("a full disk suspends and loses nothing: it goes on when there is room", async () => {
  const [volume, state] = [await folderFor(), await folderFor()];
  execFileSync(MOUNT, ["-t", "tmpfs", "-o", "size=12m", "tmpfs", volume]);
  onTestFinished(() => void execFileSync(UMOUNT, ["-l", volume]));
  await writeFile(join(volume, "ballast"), Buffer.alloc(11 * 1024 * 1024));
  const folder = join(volume, "audit");
  const config = join(state, "siem.config.json");
  const destination = { id: "trail", type: "file", config: { path: folder }, delivery: { flush_interval: 0.1 } };
  await writeFile(config, JSON.stringify({ destinations: [destination] }));
  const server = start(["run", "--port", "0", "--json"], { SIEM_CONFIG: config, SIEM_DEAD_LETTER_PATH: state });
  const [, origin = ""] = await server.says(/Listening on (http:\S+)/);
  const events = eventsFor(2000);
  const headers = { "content-type": "application/x-ndjson" };
  const body = events.map((event) => JSON.stringify(event)).join("\n");
  expect((await fetch(`${origin}/v1/events`, { method: "POST", headers, body })).status).toBe(202);
  const status = async () => await (await fetch(`${origin}/v1/destinations`)).text();
  await until(async () => (await status()).includes("Make room on the volume"), { what: "the fix", limitMs: 20_000 });
  await rm(join(volume, "ballast"));
  await until(async () => (await linesOf(folder)).length >= 2000, { what: "all events", limitMs: 90_000 });
  server.process.kill("SIGTERM");
  await server.finished;
  const lines = await linesOf(folder);
  expect(lines).toHaveLength(2000);
  expect(new Set(lines.map(uidOf)).size).toBe(2000);
  expect(verified(folder)).toContain("2000 events, 0 problems");
});

it("a second server on the same folder says who has it, and keeps its events", async () => {
  const [folder, state] = [await folderFor(), await folderFor()];
  const config = join(state, "siem.config.json");
  const destination = { id: "trail", type: "file", config: { path: folder }, delivery: { flush_interval: 0.1 } };
  await writeFile(config, JSON.stringify({ destinations: [destination] }));
  const headers = { "content-type": "application/x-ndjson" };
  const servers = [];
  for (const name of ["one", "two"]) {
    const environment = { SIEM_CONFIG: config, SIEM_DEAD_LETTER_PATH: join(state, name) };
    const server = start(["run", "--port", "0", "--json"], environment);
    servers.push(server);
    const [, origin = ""] = await server.says(/Listening on (http:\S+)/);
    const body = JSON.stringify(generator.next());
    expect((await fetch(`${origin}/v1/events`, { method: "POST", headers, body })).status).toBe(202);
    const sign = name === "one" ? '"delivered":1' : `is in use by process ${servers[0]?.process.pid ?? ""}`;
    const status = async () => (await fetch(`${origin}/v1/destinations`)).text();
    await until(async () => (await status()).includes(sign), { what: sign, limitMs: 20_000 });
  }
  for (const server of servers) {
    server.process.kill("SIGKILL");
    await server.finished;
  }
});

function canMount(): boolean {
  if (process.getuid?.() === 0 && spawnSync(MOUNT, ["--version"]).status === 0 && canMountTmpfs()) return true;
  process.stderr.write("\nNOT TESTED: a full disk, which needs a tmpfs: run as root, where mounting is allowed.\n");
  return false;
}

function canMountTmpfs(): boolean {
  const folder = execFileSync("mktemp", ["-d"], { encoding: "utf8" }).trim();
  const isMounted = spawnSync(MOUNT, ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]).status === 0;
  if (isMounted) spawnSync(UMOUNT, [folder]);
  return isMounted;
}

function verified(folder: string): string {
  return spawnSync(process.execPath, [VERIFIER, folder], { encoding: "utf8" }).stdout;
}

async function folderFor(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "file-peer-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function linesOf(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => /\.ndjson(?:\.open)?$/.test(name));
  const texts = await Promise.all(names.toSorted().map((name) => readFile(join(folder, name), "utf8").catch(() => "")));
  return texts.flatMap((text) => text.split("\n").slice(0, -1));
}

function uidOf(line: string): string {
  const event = JSON.parse(line) as OcsfEvent;
  return (event["metadata"] as { readonly uid: string }).uid;
}
