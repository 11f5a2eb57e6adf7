import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChronicleSimulator, LoggedRequest } from "@arbitex/simulators";
import { createEventGenerator, startChronicleSimulator } from "@arbitex/simulators";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { environmentOf, run } from "../server/command.ts";
import type { PythonSecOps } from "./python-secops.ts";
import { hasPip, installPythonSecOps } from "./python-secops.ts";

const EVENTS = 20_000;
const LOG_TYPE = "ARBITEX_AUDIT";
const isInstallable = await hasPip();

it.skipIf(isInstallable)("NOTHING IS TESTED with Google's SDK, which wants pip to install it", () => undefined);

describe.skipIf(!isInstallable)("Google's SDK for SecOps, and google_secops", () => {
  let sdk: PythonSecOps;
  let chronicle: ChronicleSimulator;
  let folder: string;

  beforeAll(async () => {
    sdk = await installPythonSecOps();
    folder = await mkdtemp(join(tmpdir(), "google-secops-"));
  });
  beforeEach(async () => {
    await chronicle?.close();
    chronicle = await startChronicleSimulator({ now: Date.now });
  });
  afterAll(async () => {
    await chronicle?.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  function withSdk(logs: readonly string[], change: object = {}): Promise<string | null> {
    const { project_id, region, instance_id, service_account_key } = chronicle.config;
    const key: unknown = JSON.parse(String(service_account_key));
    const address = { url: chronicle.url, key, project_id, region, instance_id };
    return sdk.importLogs({ ...address, log_type: LOG_TYPE, forwarder: "f1", logs, ...change });
  }

  async function withCommand(events: readonly object[], more: Record<string, string> = {}) {
    const path = join(folder, "events.ndjson");
    await writeFile(path, events.map((event) => `${JSON.stringify(event)}\n`).join(""));
    const environment = {
      ...environmentOf("GOOGLE_SECOPS", chronicle.config),
      SIEM_DEAD_LETTER_PATH: join(folder, "dead-letters"),
      ...more,
    };
    const { exitCode, stdout } = await run(["run", "--input", path, "--json"], environment);
    return { exitCode, account: JSON.parse(stdout) };
  }

  it("the SDK is content with the simulator: token, address and logs", async () => {
    const logs = ['{"class_uid":3002}', "grüße 👋"];
    expect(await withSdk(logs)).toBeNull();
    expect(chronicle.stored.map(({ data }) => data)).toEqual(logs);
    expect(await withSdk(logs, { log_type: "NO_SUCH_TYPE" })).toMatch(/status=404.*NOT_FOUND/);
    chronicle.refuseCredentials(true);
    expect(await withSdk(logs)).toMatch(/invalid_grant|401/);
  });

  it("the connector's request is the SDK's, field by field", async () => {
    const event = createEventGenerator({ seed: 31 }).next();
    await withSdk([JSON.stringify(event)]);
    await withCommand([event], { GOOGLE_SECOPS_FORWARDER: "f1", GOOGLE_SECOPS_COMPRESSION: "none" });
    const [theirs, ours] = chronicle.requests.filter(({ path }) => path.endsWith("logs:import"));
    expect(fieldsOf(ours)).toEqual(fieldsOf(theirs));
    expect(ours?.path.replace("/v1/", "/v1alpha/")).toBe(theirs?.path);
    const [first, second] = chronicle.stored;
    expect(second?.data).toBe(first?.data);
    expect(second?.forwarder).toBe(first?.forwarder);
  });

  it("the command delivers every event once, under its own time", async () => {
    const generator = createEventGenerator({ seed: 32 });
    const events = Array.from({ length: EVENTS }, () => generator.next());
    const { exitCode, account } = await withCommand(events);
    expect({ exitCode, account }).toMatchObject({
      exitCode: 0,
      account: { accepted: EVENTS, destinations: [{ delivered: EVENTS, dead_lettered: 0, queued: 0 }] },
    });
    expect(chronicle.counts()).toMatchObject({ stored: EVENTS, repeated: 0 });
    for (const { data, logEntryTime } of chronicle.stored) {
      const { time }: { time: number } = JSON.parse(data);
      expect(Date.parse(logEntryTime)).toBe(time);
    }
  });
});

/** The names of a request's fields, in the spelling of protocol buffers. */
function fieldsOf(request: LoggedRequest | undefined): readonly string[] {
  const names = new Set<string>();
  const visit = (value: unknown, at: string): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, `${at}[]`);
    else if (typeof value === "object" && value !== null) {
      for (const [name, member] of Object.entries(value)) {
        const snake = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
        visit(member, `${at}.${snake}`);
      }
    } else names.add(at);
  };
  visit(JSON.parse(request?.body ?? "{}"), "");
  return [...names].toSorted();
}
