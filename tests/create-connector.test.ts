import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { checksOf } from "@arbitex/testkit/conformance";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const packages = join(import.meta.dirname, "..", "packages");
const folder = mkdtempSync(join(tmpdir(), "created-connectors-"));
const node = (...words: string[]) => execFileSync(process.execPath, words, { cwd: folder, stdio: "pipe" });

afterAll(() => rmSync(folder, { recursive: true }));

describe.each(["http-json", "ndjson", "tls-lines"])("a new connector of the flavour %s", (flavour) => {
  const made = join(folder, `arbitex-connector-new-${flavour}`);
  const read = (path: string) => readFileSync(join(made, path), "utf8");

  beforeAll(() => {
    node(join(packages, "create-connector/bin/create-connector.js"), `new-${flavour}`, "--flavour", flavour);
    symlinkSync(join(packages, "create-connector/node_modules"), join(made, "node_modules"));
    execFileSync(join(made, "node_modules/.bin/tsc"), { cwd: made, stdio: "pipe" });
  });

  it("passes the conformance suite as it is", async () => {
    const { default: connector } = await import(pathToFileURL(join(made, "dist/index.js")).href);
    const { default: simulator } = await import(pathToFileURL(join(made, "dist/simulator.js")).href);
    const groups = checksOf({ connector, simulator, manifest: JSON.parse(read("package.json")) });
    for (const check of groups.flatMap(({ checks }) => checks)) {
      if ((await check.leftOut()) === undefined) expect(await check.problems(), check.title).toEqual([]);
    }
  });

  it("has the table of its settings in its README", () => {
    node(join(packages, "testkit/bin/arbitex-testkit.js"), "options", "--check", made);
  });

  it("is 60 lines of its author's own at most, the simulator included", () => {
    const lines = `${read("src/index.ts")}${read("src/simulator.ts")}`.split("\n").filter((line) => line.trim() !== "");
    expect(lines.length).toBeLessThanOrEqual(60);
  });
});
