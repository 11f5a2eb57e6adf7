import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeEvents } from "./deployment.ts";
import { connectorModule, publishFixture, typeOf } from "./publish-fixture.ts";
import { publishPackages } from "./publish-packages.ts";
import type { OwnRegistry } from "./registry.ts";
import { startRegistry } from "./registry.ts";
import type { Ended } from "./run-program.ts";
import { runProgram, succeed } from "./run-program.ts";

const EVENTS = 100;
const TOKEN = "t0ps3cret-of-acme";

let folder: string;
let registry: OwnRegistry;
/** What the SIEM of Acme got: lines, and the credential they came with. */
const received: { lines: number; credentials: Set<string | undefined> } = { lines: 0, credentials: new Set() };
const acme = createServer((request, response) => {
  request.setEncoding("utf8").on("data", (text: string) => (received.lines += text.split("\n").length - 1));
  request.on("end", () => response.end("{}"));
  received.credentials.add(request.headers.authorization);
});

/** Two releases of ours; third parties wrote for the first. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "install-compatibility-"));
  registry = await startRegistry();
  await once(acme.listen(0, "127.0.0.1"), "listening");
  await publishPackages(registry, { version: "1.0.0", only: ["core"] });
  const own = { dependencies: { "@arbitex/core": "1.0.0" }, peerDependencies: { zod: "^4.0.0" } };
  const newer = { arbitexConnector: { apiVersion: 2, type: "acme_api_two", entry: "./index.js" } };
  for (const fixture of [
    { name: "acme-old" },
    { name: "acme-own-core", manifest: own },
    { name: "acme-api-two", manifest: newer },
    { name: "acme-throws", module: 'throw new Error("no licence file");\n' },
    { name: "acme-lies", module: connectorModule("acme_other") },
    { name: "acme-hangs", module: connectorModule("acme_hangs", "return new Promise(() => {});") },
  ]) {
    await publishFixture(registry, fixture);
  }
  await publishPackages(registry, { version: "1.1.0", only: ["core", "simulators", "server"] });
});
afterAll(async () => {
  acme.close();
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A deployment of the newest server with these connectors, each of which has a destination. */
async function deploymentWith(names: readonly string[], listed?: readonly string[]) {
  const path = join(folder, names.join("-and-"));
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "package.json"), JSON.stringify({ name: "deployment", private: true }));
  await succeed("npm", ["install", "@arbitex/server@1.1.0", ...names], { cwd: path, env: registry.environment });
  const address = acme.address();
  const url = `http://127.0.0.1:${String(Object(address).port)}/`;
  const configure = (connectors: readonly string[], only?: readonly string[]) => {
    const destinations = connectors.map((name) => ({ id: name, type: typeOf(name), config: { url, token: TOKEN } }));
    writeFileSync(join(path, "siem.config.json"), JSON.stringify({ ...(only && { connectors: only }), destinations }));
  };
  configure(names, listed);
  return {
    path,
    configure,
    siem: (...words: readonly string[]): Promise<Ended> =>
      runProgram("node_modules/.bin/arbitex-siem", words, { cwd: path, env: registry.environment }),
  };
}

describe("a connector of a third party, written for an older release", () => {
  it.each([
    ["shares the host's core", "acme-old", []],
    [
      "brings its own copy of another version, which is named",
      "acme-own-core",
      ["acme-own-core@1.0.0", "@arbitex/core 1.0.0"],
    ],
  ])("%s, delivers, and its secrets stay hidden", async (_, name, warned) => {
    const { path, siem } = await deploymentWith([name]);
    const validated = await siem("validate", "--json");
    const { ok, warnings } = JSON.parse(validated.stdout);
    expect(ok).toBe(true);
    const text = warnings.map(({ message }: { message: string }) => message).join("\n");
    for (const part of warned) expect(text).toContain(part);
    expect(warnings).toHaveLength(warned.length === 0 ? 0 : 1);

    received.lines = 0;
    const ran = await siem("run", "--input", writeEvents(path, EVENTS), "--json");
    expect(JSON.parse(ran.stdout)).toMatchObject({ destinations: [{ id: name, delivered: EVENTS }] });
    expect(received.lines).toBeGreaterThanOrEqual(EVENTS);
    expect(received.credentials).toEqual(new Set([`Bearer ${TOKEN}`]));
    const checked = await siem("check");
    for (const { stdout, stderr } of [validated, ran, checked]) expect(stdout + stderr).not.toContain(TOKEN);
  });
});

describe("a connector that is no good", () => {
  it.each([
    [
      "is of another API version",
      "acme-api-two",
      /acme-api-two@1\.0\.0 \(.*\) is written for connector API 2; this host speaks 1\. Update/,
    ],
    [
      "throws when it is imported",
      "acme-throws",
      /acme-throws@1\.0\.0 .* no licence file\.? Install another version of acme-throws/,
    ],
    [
      "lies in its manifest",
      "acme-lies",
      /acme-lies@1\.0\.0 .* type "acme_lies", .* "acme_other".* Install another version/,
    ],
  ])("%s: it is named with the fix, nothing is started, and a list without it goes on", async (_, name, expected) => {
    const { path, siem, configure } = await deploymentWith([name, "acme-old"]);
    const events = writeEvents(path, EVENTS);
    received.lines = 0;
    const refused = await siem("run", "--input", events);
    expect(refused.exitCode).toBe(2);
    expect((refused.stdout + refused.stderr).replaceAll(/\s+/g, " ")).toMatch(expected);
    expect(received.lines).toBe(0);

    configure(["acme-old"], ["acme-old"]);
    const ran = await siem("run", "--input", events, "--json");
    expect([ran.exitCode, JSON.parse(ran.stdout).destinations]).toMatchObject([0, [{ delivered: EVENTS }]]);
  });

  it("hangs while it opens: it is named after a minute, and nothing is started", { timeout: 180_000 }, async () => {
    const { path, siem } = await deploymentWith(["acme-hangs", "acme-old"]);
    received.lines = 0;
    const { exitCode, stdout, stderr } = await siem("run", "--input", writeEvents(path, EVENTS));
    expect(exitCode).toBe(2);
    expect(stdout + stderr).toMatch(/Destination "acme-hangs" \(acme_hangs\) cannot be opened: .* 60 s/);
    expect(received.lines).toBe(0);
  });
});
