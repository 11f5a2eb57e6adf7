import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HecSimulator } from "@arbitex/simulators";
import { createEventGenerator, startHecSimulator } from "@arbitex/simulators";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Running } from "./command.ts";
import { run, start } from "./command.ts";

let folder: string;
let first: HecSimulator;
let second: HecSimulator;
let server: Running;
let origin: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "reload-"));
  first = await startHecSimulator();
  second = await startHecSimulator();
});
afterEach(async () => {
  server.process.kill("SIGKILL");
  await server.finished;
  await Promise.all([first.close(), second.close()]);
  await rm(folder, { recursive: true });
});

interface Entry {
  readonly id: string;
  readonly to: HecSimulator;
  readonly index?: string;
}

const file = () => join(folder, "siem.config.yaml");
const write = (entries: readonly Entry[], rest: object = {}) =>
  writeFile(
    file(),
    JSON.stringify({
      ...rest,
      destinations: entries.map(({ id, to, index = "main" }) => ({
        id,
        type: "splunk_hec",
        config: { ...to.config, index },
        delivery: { flush_interval: "50ms" },
      })),
    }),
  );
const environment = () => ({
  SIEM_QUEUE: "disk",
  SIEM_QUEUE_PATH: join(folder, "queue"),
  SIEM_DEAD_LETTER_PATH: join(folder, "dead-letters"),
});
const reload = async () => {
  const { exitCode, stdout } = await run(["reload", "--config", file(), "--json"], environment());
  return { exitCode, report: JSON.parse(stdout) };
};

async function serve(): Promise<void> {
  server = start(["run", "--port", "0", "--json", "--config", file()], environment());
  origin = (await server.says(/Listening on (http:\S+)/))[1] ?? "";
}

const generator = createEventGenerator({ seed: 12 });
async function post(count: number): Promise<number> {
  const body = Array.from({ length: count }, () => `${JSON.stringify(generator.next())}\n`).join("");
  const type = { "content-type": "application/x-ndjson" };
  const reply = await fetch(`${origin}/v1/events`, { method: "POST", headers: type, body });
  const { accepted } = (await reply.json()) as { accepted: number };
  return accepted;
}

async function idsNow(): Promise<string[]> {
  const reply = await fetch(`${origin}/v1/destinations`);
  return ((await reply.json()) as { destinations: { id: string }[] }).destinations.map(({ id }) => id).toSorted();
}

describe("arbitex-siem reload", () => {
  it("adds, changes and removes destinations while events go on, and loses none", async () => {
    await write([
      { id: "stays", to: first },
      { id: "moves", to: first, index: "old" },
      { id: "goes", to: first, index: "gone" },
    ]);
    await serve();
    let published = 0;
    const enough = new AbortController();
    const publishing = (async () => {
      while (!enough.signal.aborted) published += await post(5);
    })();
    await write([
      { id: "stays", to: first },
      { id: "moves", to: second, index: "new" },
      { id: "comes", to: second, index: "added" },
    ]);
    const { exitCode, report } = await reload();
    expect([exitCode, report]).toMatchObject([
      0,
      {
        ok: true,
        added: [{ id: "comes", type: "splunk_hec" }],
        changed: [{ id: "moves", type: "splunk_hec" }],
        removed: [{ id: "goes" }],
        unchanged: 1,
        needs_restart: [],
        problems: [],
      },
    ]);
    expect(await idsNow()).toEqual(["comes", "moves", "stays"]);
    enough.abort();
    await publishing;
    server.process.kill("SIGTERM");
    const account = JSON.parse((await server.finished).stdout);
    const of = (id: string) => account.destinations.find((destination: { id: string }) => destination.id === id);
    expect(account.accepted).toBe(published);
    expect([of("stays"), of("moves")]).toMatchObject([
      { accepted: published, delivered: published },
      { accepted: published, delivered: published },
    ]);
    const { accepted, delivered, queued } = report.removed[0];
    expect(delivered + queued).toBe(accepted);
  });

  it("changes nothing when the file is not usable, and says why here and in the log", async () => {
    await write([{ id: "soc", to: first }]);
    await serve();
    await writeFile(file(), "destinations:\n  - id: soc\n    type: splonk_hec\n    config: {}\n");
    const { exitCode, stdout, stderr } = await run(["reload", "--config", file()], environment());
    expect([exitCode, `${stdout}${stderr}`]).toEqual([2, expect.stringMatching(/splonk_hec[^]*splunk_hec/)]);
    server.process.kill("SIGHUP");
    await server.says(/not usable, nothing was changed/);
    expect(await idsNow()).toEqual(["soc"]);
    expect(await post(3)).toBe(3);
  });

  it("says what is wrong when nobody can read the file, whose server it therefore cannot find", async () => {
    await writeFile(file(), "queue: { path: elsewhere }\ndestinations:\n\t- id: soc\n");
    server = start(["run", "--config", file()], environment());
    const { exitCode, stderr } = await run(["reload", "--config", file()], { SIEM_QUEUE: "disk" });
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/siem\.config\.yaml:3:1[^]*a tab indents/)]);
    expect((await server.finished).exitCode).toBe(2);
  });

  it("needs none of the secrets that the server was given", async () => {
    await write([{ id: "soc", to: first }]);
    const text = await readFile(file(), "utf8");
    const token = String(first.config["token"]);
    // oxlint-disable-next-line no-template-curly-in-string
    await writeFile(file(), text.replace(token, "${RELOAD_TEST_TOKEN}"));
    server = start(["run", "--port", "0", "--json", "--config", file()], {
      ...environment(),
      RELOAD_TEST_TOKEN: token,
    });
    await server.says(/Listening on/);
    expect(await reload()).toMatchObject({ exitCode: 0, report: { ok: true, unchanged: 1 } });
    const { stdout } = await run(["status", "soc", "--config", file()], environment());
    expect(stdout).toMatch(/configured by +\S*siem\.config\.yaml:1:\d+/);
  });

  it("says what only a restart applies, and ends with 1", async () => {
    await write([{ id: "soc", to: first }]);
    await serve();
    await write([{ id: "soc", to: first, index: "other" }], { ingest: { max_event_bytes: 5000 } });
    expect(await reload()).toMatchObject({
      exitCode: 1,
      report: { ok: true, changed: [{ id: "soc" }], needs_restart: ["ingest.max_event_bytes"] },
    });
  });

  it("is of a server that says at its start where events go, and what sends them there beside the file", async () => {
    await write([{ id: "soc", to: first }]);
    server = start(["run", "--port", "0", "--json", "--config", file()], {
      ...environment(),
      DATADOG_API_KEY: "lies-around",
      DATADOG_URL: "http://127.0.0.1:1",
    });
    await server.says(/Listening on/);
    await server.says(/soc +splunk_hec +all +\S+siem\.config\.yaml:1:/);
    await server.says(/datadog +datadog +all +environment: DATADOG_API_KEY, DATADOG_URL/);
    expect(server.stderr()).toContain("every event goes to Datadog as well");
    expect(server.stderr()).not.toContain("lies-around");
  });

  it("happens on SIGHUP too, and the server goes on", async () => {
    await write([{ id: "soc", to: first }]);
    await serve();
    await write([
      { id: "soc", to: first },
      { id: "more", to: second },
    ]);
    server.process.kill("SIGHUP");
    await server.says(/the configuration was read again/);
    expect(await idsNow()).toEqual(["more", "soc"]);
  });

  it("keeps what is queued for a destination that is removed, for one of that id", async () => {
    first.faults.set("503");
    await write([
      { id: "down", to: first },
      { id: "up", to: second },
    ]);
    await serve();
    expect(await post(4)).toBe(4);
    await write([{ id: "up", to: second }]);
    expect((await reload()).report.removed).toMatchObject([{ id: "down", accepted: 4, queued: 4 }]);
    first.faults.clear();
    await write([
      { id: "down", to: first },
      { id: "up", to: second },
    ]);
    expect((await reload()).report.added).toMatchObject([{ id: "down" }]);
    server.process.kill("SIGTERM");
    const { destinations } = JSON.parse((await server.finished).stdout);
    expect(destinations.find(({ id }: { id: string }) => id === "down")).toMatchObject({ delivered: 4, queued: 0 });
  });
});
