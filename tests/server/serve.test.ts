import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import type { Socket } from "node:net";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HecSimulator } from "@arbitex/simulators";
import { createEventGenerator, startHecSimulator } from "@arbitex/simulators";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Running } from "./command.ts";
import { environmentOf, start } from "./command.ts";

let folder: string;
let splunk: HecSimulator;
let server: Running;
let origin: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "serve-"));
  splunk = await startHecSimulator();
});
afterEach(async () => {
  server.process.kill("SIGKILL");
  await server.finished;
  await splunk.close();
  await rm(folder, { recursive: true });
});

async function serve(environment: Record<string, string> = {}, words: readonly string[] = []): Promise<void> {
  server = start(["run", "--port", "0", "--json", ...words], {
    ...environmentOf("SPLUNK_HEC", splunk.config),
    SIEM_DEAD_LETTER_PATH: folder,
    ...environment,
  });
  origin = (await server.says(/Listening on (http:\S+)/))[1] ?? "";
}

const generator = createEventGenerator({ seed: 5 });
const lines = (count: number) => Array.from({ length: count }, () => `${JSON.stringify(generator.next())}\n`).join("");

function post(body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> {
  const type = { "content-type": "application/x-ndjson", ...headers };
  return fetch(`${origin}/v1/events`, { method: "POST", headers: type, body });
}

async function openRequest(head: readonly string[]): Promise<Socket> {
  const socket = connect(Number(new URL(origin).port), "127.0.0.1");
  await once(socket, "connect");
  socket.write(
    `POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-ndjson\r\n${head.join("\r\n")}\r\n\r\n`,
  );
  return socket;
}

async function replyOf(socket: Socket): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  let text = "";
  for await (const chunk of socket) text += String(chunk);
  const [head = "", body = ""] = text.split("\r\n\r\n", 2);
  return { status: Number(head.split(" ")[1]), body: JSON.parse(body) };
}

async function acceptedSoFar(): Promise<number> {
  const { destinations } = (await (await fetch(`${origin}/v1/destinations`)).json()) as {
    destinations: { counts: { accepted: number } }[];
  };
  return destinations[0]?.counts.accepted ?? 0;
}

describe("the server", () => {
  it("accepts lines while the body is still arriving, and keeps them when the body is cut off", async () => {
    await serve();
    const body = lines(10);
    const socket = await openRequest(["content-length: 1000000"]);
    socket.write(`${body}{"half":`);
    while ((await acceptedSoFar()) < 10);
    socket.end();
    const { status, body: problem } = await replyOf(socket);
    expect([status, problem]).toMatchObject([400, { code: "body_cut_off", accepted: 10, rejected: [], resume_at: 10 }]);
  });

  it("keeps the lines of a small body that is cut off", async () => {
    await serve();
    const body = lines(10);
    const socket = await openRequest([`content-length: ${body.length + 1000}`]);
    socket.end(`${body}{"half":`);
    const { status, body: problem } = await replyOf(socket);
    expect([status, problem]).toMatchObject([400, { code: "body_cut_off", accepted: 10, rejected: [], resume_at: 10 }]);
  });

  it("answers on the same connection after a body that was too large, and takes the next request there", async () => {
    await serve();
    const socket = await openRequest([`content-length: ${100 * 1024 * 1024}`]);
    const [first] = await once(socket, "data");
    expect(String(first)).toMatch(/^HTTP\/1.1 413 /);
    socket.destroy();
    expect((await post(lines(1))).status).toBe(202);
  });

  it("answers bytes that are no HTTP with a problem document", async () => {
    await serve();
    const socket = connect(Number(new URL(origin).port), "127.0.0.1");
    socket.end("GARBAGE\r\n\r\n");
    expect(await replyOf(socket)).toMatchObject({ status: 400, body: { code: "request_invalid" } });
  });

  it("drains on SIGTERM: what was accepted is delivered, and the account is the only thing on stdout", async () => {
    await serve({ SPLUNK_HEC_FLUSH_INTERVAL: "3600" });
    expect(await (await post(lines(250))).json()).toEqual({ accepted: 250, rejected: [] });
    server.process.kill("SIGTERM");
    const { exitCode, stdout } = await server.finished;
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      accepted: 250,
      refused: 0,
      destinations: [
        {
          id: "splunk_hec",
          type: "splunk_hec",
          accepted: 250,
          delivered: 250,
          dead_lettered: 0,
          filtered: 0,
          queued: 0,
          attempts: 3,
          health: "healthy",
        },
      ],
    });
    expect(splunk.counts().stored).toBe(250);
  });

  it("ends at once at the second signal, and dead-letters what a SIEM that hangs has not answered", async () => {
    splunk.faults.set("hang");
    await serve({ SPLUNK_HEC_FLUSH_INTERVAL: "3600" });
    await post(lines(5));
    server.process.kill("SIGTERM");
    await server.says(/taking no more/);
    // Two signals at the same time are one request to end, as npm repeats what the terminal sent.
    await new Promise((resolve) => setTimeout(resolve, 400));
    server.process.kill("SIGTERM");
    const { exitCode, stdout } = await server.finished;
    expect([exitCode, JSON.parse(stdout).destinations[0]]).toMatchObject([1, { dead_lettered: 5, queued: 0 }]);
  });

  it("wants its token, compares it and shows it nowhere", async () => {
    await serve({ SIEM_INGEST_TOKEN: "t0ken-of-the-test" }, ["--host", "0.0.0.0"]);
    origin = origin.replace("0.0.0.0", "127.0.0.1");
    const without = await post(lines(1));
    expect([without.status, without.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
    expect((await post(lines(1), { authorization: "Bearer t0ken-of-the-test" })).status).toBe(202);
    server.process.kill("SIGTERM");
    const { stdout, stderr } = await server.finished;
    expect(`${stdout}${stderr}`).not.toContain("t0ken-of-the-test");
    expect(`${stdout}${stderr}`).not.toContain(String(splunk.config["token"]));
  });

  it("accounts for every event at any moment: accepted = delivered + dead-lettered + filtered + queued", async () => {
    splunk.faults.set("503:20%,partial:20%,reset-after:5%");
    await serve({ SPLUNK_HEC_FLUSH_INTERVAL: "0.05", SPLUNK_HEC_BATCH_SIZE: "20", SPLUNK_HEC_MAX_RETRIES: "0" });
    const posts = Array.from({ length: 20 }, () => post(lines(50)));
    for (let look = 0; look < 20; look++) {
      const { accepted, settled, queued } = await totals();
      expect(accepted).toBe(settled + queued);
    }
    await Promise.all(posts);
    while ((await totals()).queued > 0);
    const { accepted, settled, deadLettered } = await totals();
    expect([accepted, settled]).toEqual([1000, 1000]);
    expect(deadLettered).toBeGreaterThan(0);
  });
});

async function totals() {
  const text = await (await fetch(`${origin}/metrics`)).text();
  const sum = (name: string) =>
    [...text.matchAll(new RegExp(`^${name}\\{[^}]*\\} (\\S+)$`, "gm"))].reduce(
      (total, [, value]) => total + Number(value),
      0,
    );
  const deadLettered = sum("siem_events_dead_lettered_total");
  return {
    accepted: sum("siem_events_accepted_total"),
    settled: sum("siem_events_delivered_total") + deadLettered + sum("siem_events_filtered_total"),
    queued: sum("siem_events_queued"),
    deadLettered,
  };
}
