import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";

const DIST = join(import.meta.dirname, "..", "..", "packages", "console", "dist");
const MOST_AT_FIRST = 80_000;

const gzipped = (file: string) => gzipSync(readFileSync(join(DIST, file)), { level: 9 }).length;

describe("the console's files", () => {
  const page = readFileSync(join(DIST, "index.html"), "utf8");
  const first = ["index.html", ...[...page.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, file = ""]) => file)];

  it("weigh at most 80 KB at the first load, compressed", () => {
    expect(first).toContain("element.js");
    // What the element imports at once belongs to the first load as well.
    const imported = [...readFileSync(join(DIST, "element.js"), "utf8").matchAll(/from\s*"\.\/(assets\/[^"]+)"/g)];
    const files = new Set([...first, ...imported.map(([, file = ""]) => file)]);
    const weight = [...files].reduce((sum, file) => sum + gzipped(file), 0);
    process.stderr.write(`First load: ${(weight / 1000).toFixed(1)} KB compressed.\n`);
    expect(weight).toBeLessThanOrEqual(MOST_AT_FIRST);
  });

  it("hold no inline code or style, and name no other host", () => {
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:/);
    const texts = readdirSync(DIST, { recursive: true, encoding: "utf8" }).filter((name) =>
      /\.(?:html|js|css)$/.test(name),
    );
    for (const name of texts) {
      const hosts = [...readFileSync(join(DIST, name), "utf8").matchAll(/https?:\/\/[\w.-]+/g)].map(String);
      expect(
        hosts.filter((host) => host !== "http://www.w3.org"),
        name,
      ).toEqual([]);
    }
  });
});
