import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HecSimulator } from "@arbitex/simulators";
import { startHecSimulator } from "@arbitex/simulators";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { environmentOf } from "../server/command.ts";
import { createDeployment, writeEvents } from "./deployment.ts";
import { MANAGERS } from "./managers.ts";
import { sharedRegistry } from "./registry.ts";
import type { Ended } from "./run-program.ts";
import { runProgram, succeed } from "./run-program.ts";

const EVENTS = 200;

let folder: string;
let app: string;
const registry = sharedRegistry();
let splunk: HecSimulator;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "install-layouts-"));
  app = join(folder, "app");
  splunk = await startHecSimulator();
  mkdirSync(app);
  writeFileSync(join(app, "package.json"), JSON.stringify({ name: "deployment", private: true }));
  await npm(app, "install", "@arbitex/server", "@arbitex/connector-splunk");
});
afterAll(async () => {
  await splunk.close();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => splunk.reset());

const npm = (cwd: string, ...words: string[]) => succeed("npm", words, { cwd, env: registry.environment });

/** Runs the installed command in a folder, and nothing is written there but what it is told to. */
function siem(
  cwd: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const env = { PATH: registry.environment["PATH"] ?? "", HOME: folder, ...environment };
  return runProgram(join(app, "node_modules/.bin/arbitex-siem"), words, { cwd, env });
}

function delivered(stdout: string): void {
  expect(JSON.parse(stdout)).toMatchObject({ accepted: EVENTS, destinations: [{ delivered: EVENTS, queued: 0 }] });
  expect(new Set(splunk.ids).size).toBe(EVENTS);
}

it("a global install finds the connectors that are installed globally, and delivers", async () => {
  const packages = ["@arbitex/server", "@arbitex/connector-splunk", "@arbitex/connector-elastic"];
  await npm(folder, "install", "-g", ...packages);
  const env = { ...registry.environment, SIEM_DEAD_LETTER_PATH: join(folder, "letters") };
  const command = join(registry.environment["npm_config_prefix"] ?? "", "bin/arbitex-siem");
  const listed = await succeed(command, ["connectors", "list", "--json"], { cwd: "/", env });
  const types = JSON.parse(listed).connectors.map(({ type }: { type: string }) => type);
  expect(types.toSorted()).toEqual(["elastic", "splunk_hec"]);

  const words = ["run", "--input", writeEvents(folder, EVENTS), "--json"];
  const ofSplunk = environmentOf("SPLUNK_HEC", splunk.config);
  delivered((await runProgram(command, words, { cwd: "/", env: { ...env, ...ofSplunk } })).stdout);

  const asked = await runProgram(command, ["validate"], { cwd: "/", env: { ...env, DATADOG_API_KEY: "t0ps3cret" } });
  expect(asked.exitCode).toBe(2);
  expect(asked.stdout).toContain("npm install -g @arbitex/connector-datadog");
  expect(asked.stdout).not.toContain("t0ps3cret");
});

it("pnpm's global install, each package of which has a folder of its own, is found as well", async () => {
  const home = join(folder, "pnpm");
  const path = `${join(home, "bin")}:${registry.environment["PATH"] ?? ""}`;
  const env = { ...registry.environment, PNPM_HOME: home, PATH: path };
  const pnpm = MANAGERS["pnpm"]?.().program[0] ?? "";
  await succeed(pnpm, ["add", "-g", "@arbitex/server", "@arbitex/connector-splunk"], { cwd: folder, env });
  const siemOf = (...words: string[]) => runProgram(join(home, "bin/arbitex-siem"), words, { cwd: "/", env });
  const listed = await siemOf("connectors", "list", "--json");
  expect(JSON.parse(listed.stdout).connectors).toMatchObject([{ type: "splunk_hec", guarantee: expect.any(String) }]);
});

it("Plug'n'Play without the peers that it wants named says what to add", async () => {
  const manager = MANAGERS["yarn 4 PnP"]?.();
  if (manager === undefined) throw new Error("no such manager");
  const withoutPeers = await createDeployment(join(folder, "pnp"), {
    manager: { ...manager, peers: [] },
    registry,
    node: "24.21.0",
    packages: ["@arbitex/server", "@arbitex/connector-splunk"],
  });
  const { exitCode, stdout } = await withoutPeers.siem(["validate"], environmentOf("SPLUNK_HEC", splunk.config));
  expect(exitCode).toBe(2);
  expect(stdout.replaceAll(/\s+/g, " ")).toContain("install both beside it, as in yarn add @arbitex/core zod.");
});

it("a service with / as its working folder finds them by --root, by SIEM_ROOT, and by where its command is", async () => {
  const state = join(folder, "state");
  const words = ["run", "--input", writeEvents(folder, EVENTS), "--json"];
  const environment = { ...environmentOf("SPLUNK_HEC", splunk.config), SIEM_DEAD_LETTER_PATH: join(state, "letters") };
  for (const [more, variables] of [
    [["--root", app], {}],
    [[], { SIEM_ROOT: app }],
    [[], {}],
  ] as const) {
    splunk.reset();
    delivered((await siem("/", [...words, ...more], { ...environment, ...variables })).stdout);
  }
  const wrong = await siem("/", ["validate", "--root", state], environment);
  expect(wrong.exitCode).toBe(2);
  expect(wrong.stdout).toContain(`there is no package.json in ${state}.`);
});

it("a container has its packages in one folder, its configuration and state in another", async () => {
  const data = join(folder, "data");
  mkdirSync(data);
  const { url, token } = splunk.config;
  const destinations = [{ id: "soc", type: "splunk_hec", config: { url, token } }];
  writeFileSync(join(data, "siem.config.json"), JSON.stringify({ queue: { store: "disk" }, destinations }));
  const words = ["run", "--input", writeEvents(folder, EVENTS), "--json"];
  delivered((await siem(data, words)).stdout);
  expect(readdirSync(data).toSorted()).toEqual(expect.arrayContaining(["queue", "siem.config.json"]));
  expect(readdirSync(app).toSorted()).toEqual(["node_modules", "package-lock.json", "package.json"]);
});

it("a folder with no connector says where it looked, and that nothing is delivered is no success", async () => {
  const empty = join(folder, "empty");
  mkdirSync(empty);
  writeFileSync(join(empty, "package.json"), JSON.stringify({ dependencies: { "left-pad": "1.0.0" } }));
  const { exitCode, stdout } = await siem(empty, ["validate", "--root", "."], {
    SPLUNK_HEC_URL: "https://siem.example",
  });
  expect(exitCode).toBe(2);
  const text = stdout.replaceAll(/\s+/g, " ");
  expect(text).toContain("no connector among its dependencies, and not installed: left-pad");
  expect(text).toContain("Run: npm install @arbitex/connector-splunk");
});
