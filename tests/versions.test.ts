import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const PACKAGES = readdirSync(join(ROOT, "packages"));
const FILES = [
  "package.json",
  "pnpm-workspace.yaml",
  "biome.json",
  ".gitignore",
  ".changeset/config.json",
  "bench/package.json",
];

/** The manifests of this repository as they are after the first release. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "versions-"));
  for (const file of [...FILES, ...PACKAGES.map((name) => `packages/${name}/package.json`)]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(ROOT, file), join(folder, file));
  }
  for (const name of PACKAGES) {
    const path = join(folder, "packages", name, "package.json");
    writeFileSync(path, readFileSync(path, "utf8").replace(/"version": "[^"]*"/, '"version": "1.0.0"'));
  }
  tool("git", ["init", "--quiet"]);
  tool("git", ["add", "."]);
  tool("git", ["-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "--quiet", "--message", "1.0.0"]);
});
afterEach(() => rmSync(folder, { recursive: true }));

function tool(command: string, words: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(command, words, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ended with ${String(status)}:\n${stdout}\n${stderr}`);
}

const ours = (name: string) => join(ROOT, "node_modules/.bin", name);

/** The version of each package after a release with one change. */
function released(name: string, bump: "minor" | "major"): Readonly<Record<string, string>> {
  writeFileSync(join(folder, ".changeset/a-change.md"), `---\n"@arbitex/${name}": ${bump}\n---\n\nMore.\n`);
  tool(ours("changeset"), ["version"]);
  return Object.fromEntries(
    PACKAGES.map((each) => [
      each,
      JSON.parse(readFileSync(join(folder, "packages", each, "package.json"), "utf8")).version,
    ]),
  );
}

describe("a release", () => {
  it("with a minor of core is a major of nobody, so that every connector goes on with it", () => {
    const { core, ...others } = released("core", "minor");
    expect(core).toBe("1.1.0");
    for (const [name, version] of Object.entries(others)) expect(version, name).toMatch(/^1\.0\.[01]$/);
  });

  it("with a major of core is a major of every connector, whose range it leaves", () => {
    const { core, "connector-splunk": splunk } = released("core", "major");
    expect([core, splunk]).toEqual(["2.0.0", "2.0.0"]);
  });

  it("leaves manifests as the formatter wants them", () => {
    released("core", "minor");
    tool(ours("biome"), ["format"]);
  });
});
