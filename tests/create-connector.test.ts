import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { testConnector } from "@arbitex/testkit/conformance";
import { afterAll, describe, expect, it } from "vitest";

const packages = join(import.meta.dirname, "..", "packages");
const folder = mkdtempSync(join(tmpdir(), "created-connectors-"));
const node = (...words: string[]) => execFileSync(process.execPath, words, { cwd: folder, stdio: "pipe" });

afterAll(() => rmSync(folder, { recursive: true }));

/** Makes a connector and builds it. */
async function made(flavour: string) {
  const path = join(folder, `arbitex-connector-new-${flavour}`);
  node(join(packages, "create-connector/bin/create-connector.js"), `new-${flavour}`, "--flavour", flavour);
  symlinkSync(join(packages, "create-connector/node_modules"), join(path, "node_modules"));
  execFileSync(join(path, "node_modules/.bin/tsc"), { cwd: path, stdio: "pipe" });
  const exported = async (file: string) => (await import(pathToFileURL(join(path, file)).href)).default;
  return {
    flavour,
    path,
    read: (file: string) => readFileSync(join(path, file), "utf8"),
    connector: await exported("dist/index.js"),
    simulator: await exported("dist/simulator.js"),
  };
}

const all = [await made("http-json"), await made("ndjson"), await made("tls-lines")];

describe.each(all)("a new connector of the flavour $flavour", ({ path, read, connector, simulator }) => {
  testConnector({ connector, simulator, manifest: JSON.parse(read("package.json")) });

  it("has the table of its settings in its README", () => {
    node(join(packages, "testkit/bin/arbitex-testkit.js"), "options", "--check", path);
  });

  it("is 60 lines of its author's own at most, the simulator included", () => {
    const lines = `${read("src/index.ts")}${read("src/simulator.ts")}`.split("\n").filter((line) => line.trim() !== "");
    expect(lines.length).toBeLessThanOrEqual(60);
  });
});
