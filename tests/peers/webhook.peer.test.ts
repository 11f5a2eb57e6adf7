import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEventGenerator } from "@arbitex/simulators";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { run } from "../server/command.ts";
import { hasGo, startVictoriaLogs } from "./victoria-logs.ts";
import { buildReceiver, startReceiver } from "./webhook/receiver.ts";

const isBuildable = await hasGo();
const [secret, fresh, other] = [32, 64, 24].map((bytes) => `whsec_${randomBytes(bytes).toString("base64")}`);

it.skipIf(isBuildable)("NOTHING IS TESTED on receivers of webhooks written in Go, which is not here", () => undefined);

describe.skipIf(!isBuildable)("webhook, at a receiver with the public Go library", () => {
  let built: Awaited<ReturnType<typeof buildReceiver>>;
  let folder: string;

  beforeAll(async () => {
    built = await buildReceiver();
    folder = await mkdtemp(join(tmpdir(), "webhook-"));
  });

  afterAll(async () => {
    await built?.remove();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  async function receiverWith(key: string) {
    const receiver = await startReceiver(built.command, key);
    onTestFinished(() => receiver.stop());
    return receiver;
  }

  async function deliver(count: number, environment: Readonly<Record<string, string>>) {
    const generator = createEventGenerator({ seed: 41 });
    const path = join(folder, "events.ndjson");
    const lines = Array.from({ length: count }, () => `${JSON.stringify(generator.next())}\n`);
    await writeFile(path, lines.join(""));
    const own = { SIEM_DEAD_LETTER_PATH: join(folder, "dead-letters") };
    const { exitCode, stdout } = await run(["run", "--input", path, "--json"], { ...own, ...environment });
    return { exitCode, account: JSON.parse(stdout) };
  }

  it.each([
    ["array", 20_000],
    ["ndjson", 20_000],
    ["single", 1000],
  ])("is verified as %s, and every event is there once although answers were lost", async (shape, count) => {
    const receiver = await receiverWith(secret ?? "");
    const environment = { WEBHOOK_URL: receiver.url, WEBHOOK_SIGNING_SECRET: secret ?? "", WEBHOOK_SHAPE: shape };
    expect(await deliver(count, environment)).toMatchObject({
      exitCode: 0,
      account: { accepted: count, destinations: [{ delivered: count, dead_lettered: 0, queued: 0 }] },
    });
    const counts = await receiver.counts();
    expect(counts).toMatchObject({ refused: 0, events: count, unique: count });
    expect(counts.again).toBeGreaterThan(0);
  });

  it.each([
    ["before it knows the new key", secret],
    ["once it knows the new key alone", fresh],
  ])("is verified while the key is changed, %s", async (_, known = "") => {
    const receiver = await receiverWith(known);
    const { exitCode } = await deliver(500, {
      WEBHOOK_URL: receiver.url,
      WEBHOOK_SIGNING_SECRET: fresh ?? "",
      WEBHOOK_PREVIOUS_SIGNING_SECRET: secret ?? "",
    });
    expect({ exitCode, counts: await receiver.counts() }).toMatchObject({ exitCode: 0, counts: { unique: 500 } });
  });

  it("says what to do about a wrong key, and stores nothing with its check", async () => {
    const receiver = await receiverWith(secret ?? "");
    const good = await run(["check"], { WEBHOOK_URL: receiver.url, WEBHOOK_SIGNING_SECRET: secret ?? "" });
    expect(good.exitCode).toBe(0);
    const bad = await run(["check"], { WEBHOOK_URL: receiver.url, WEBHOOK_SIGNING_SECRET: other ?? "" });
    expect(bad).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/Check signing_secret/) });
    expect(await receiver.counts()).toMatchObject({ events: 0, refused: 1 });
  });
});

describe.skipIf(!isBuildable)("webhook as lines, at VictoriaLogs' intake of JSON lines", () => {
  it("stores every event once, under its own time", async () => {
    const logs = await startVictoriaLogs();
    const folder = await mkdtemp(join(tmpdir(), "webhook-victoria-logs-"));
    onTestFinished(async () => {
      await logs.stop();
      await rm(folder, { recursive: true, force: true });
    });
    const generator = createEventGenerator({ seed: 42 });
    const events = Array.from({ length: 20_000 }, () => generator.next());
    const path = join(folder, "events.ndjson");
    await writeFile(path, events.map((event) => `${JSON.stringify(event)}\n`).join(""));
    const { exitCode } = await run(["run", "--input", path, "--json"], {
      WEBHOOK_URL: `${logs.url}/insert/jsonline?_time_field=time&_msg_field=message&_stream_fields=class_name`,
      WEBHOOK_SHAPE: "ndjson",
      SIEM_DEAD_LETTER_PATH: join(folder, "dead-letters"),
    });
    expect(exitCode).toBe(0);
    const rows = await logs.query("* | stats count() stored, count_uniq(metadata.uid) events");
    expect(rows).toEqual([{ stored: "20000", events: "20000" }]);
  });
});
