import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
// TypeScript's own imports are for the compiler to check, but for what bench and faults take from built packages.
const folders = ["scripts", "packages/core/scripts", "examples", "tests/install", "bench/src", "faults/src"];
const files = folders.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(?:mjs|ts)$/.test(name) && !name.includes("node_modules"))
    .map((name) => join(folder, name)),
);

/** Files that a script names in an import, or as built in a package of ours: `packages/NAME/dist/…`. */
function namedBy(file: string): readonly string[] {
  const text = readFileSync(join(root, file), "utf8");
  const imports = text.matchAll(/(?:from|import\(|import)\s*"(\.[^"$]+)"/g);
  const built = text.matchAll(/"(packages\/[a-z-]+\/dist\/[^"]+\.js)"/g);
  return [...[...imports].map(([, path = ""]) => join(file, "..", path)), ...[...built].map(([, path = ""]) => path)];
}

/** By its source: an output may be there whose source was renamed. */
function isThere(path: string): boolean {
  const source = path.replace(/^(packages\/[^/]+)\/dist\/(.*)\.js$/, "$1/src/$2.ts");
  return existsSync(join(root, source));
}

describe("the scripts", () => {
  it("name no file that does not exist", () => {
    expect(files.length).toBeGreaterThan(50);
    const missing = files.flatMap((file) => namedBy(file).flatMap((path) => (isThere(path) ? [] : `${file}: ${path}`)));
    expect(missing).toEqual([]);
  });

  it("take an output away whose source is gone, and leave the others", () => {
    const folder = mkdtempSync(join(tmpdir(), "stale-"));
    const write = (name: string) => {
      mkdirSync(join(folder, name, ".."), { recursive: true });
      writeFileSync(join(folder, name), "");
    };
    const kept = ["dist/a/here.d.ts", "dist/a/here.js", "dist/a/here.js.map", "dist/a/licences.md", "src/a/here.ts"];
    for (const name of [...kept, "dist/a/gone.js", "dist/a/gone.d.ts.map", "dist/gone.d.ts"]) write(name);
    const script = pathToFileURL(join(root, "scripts", "remove-stale.mjs")).href;
    const code = `import { removeStale } from ${JSON.stringify(script)}; removeStale(process.argv[1]);`;
    expect(spawnSync(process.execPath, ["--input-type=module", "-e", code, folder]).status).toBe(0);
    const left = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(left.map(({ parentPath, name }) => relative(folder, join(parentPath, name))).toSorted()).toEqual(kept);
    rmSync(folder, { recursive: true });
  });
});
