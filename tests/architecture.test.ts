import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");

interface Import {
  /** The importing file, from the repository's root. */
  readonly file: string;
  readonly from: string;
}

function importsUnder(folder: string): Import[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .flatMap((name) => {
      const path = join(root, folder, name);
      const lines = readFileSync(path, "utf8").matchAll(
        /^(?:import|export)\s[^;]*?from\s+"([^"]+)";|^import\s+"([^"]+)";/gm,
      );
      return [...lines].map(([, named, bare]) => ({ file: relative(root, path), from: named ?? bare ?? "" }));
    });
}

function allImports(): Import[] {
  return readdirSync(join(root, "packages")).flatMap((name) => importsUnder(`packages/${name}/src`));
}

/** What an import of a neighbouring file points to, from `packages/core/src`. */
function insideCore({ file, from }: Import): string {
  return relative("packages/core/src", join(file, "..", from));
}

const connectors = readdirSync(join(root, "packages")).filter((name) => name.startsWith("connector-"));

describe("the architecture", () => {
  it("finds the imports it judges", () => {
    expect(importsUnder("packages/core/src").length).toBeGreaterThan(100);
    expect(connectors.length).toBeGreaterThan(1);
  });

  it.each(connectors)("lets %s import the author's API and nothing else of ours", (name) => {
    const ours = importsUnder(`packages/${name}/src`).filter(({ from }) => from.startsWith("@arbitex/"));
    expect(ours.filter(({ from }) => from !== "@arbitex/core" && from !== "@arbitex/core/ocsf")).toEqual([]);
  });

  it.each([
    ["simulators", ["core"]],
    ["testkit", ["core", "simulators"]],
    ["server", ["core", "simulators"]],
  ])("lets %s import %s and nothing else of ours", (name, allowed) => {
    const ours = importsUnder(`packages/${name}/src`).flatMap(({ from }) => /^@arbitex\/([^/]+)/.exec(from)?.[1] ?? []);
    expect([...new Set(ours)].filter((other) => !allowed.includes(other))).toEqual([]);
  });

  it("keeps delivery free of the host and of connectors", () => {
    const wrong = importsUnder("packages/core/src/delivery").filter(
      (line) => insideCore(line).startsWith("host/") || line.from.startsWith("@arbitex/"),
    );
    expect(wrong).toEqual([]);
  });

  it("keeps ocsf free of everything else of ours", () => {
    const own = importsUnder("packages/core/src/ocsf").filter(
      ({ from }) => from.startsWith(".") || from.startsWith("@arbitex/"),
    );
    expect(own.filter((line) => !insideCore(line).startsWith("ocsf/"))).toEqual([]);
  });

  it("lets only one file know the injection container", () => {
    const knowing = allImports().filter(({ from }) => from === "tsyringe");
    expect(knowing.map(({ file }) => file)).toEqual(["packages/core/src/host/compose.ts"]);
  });

  it("keeps the deciding files free of input, output, clock and chance", () => {
    const pure = allImports().filter(({ file }) =>
      /\/(?:settle|retry-policy|framing|classify-[a-z]+|encode)\.ts$/.test(file),
    );
    const doing = pure.filter(({ from }) => /^node:(?!buffer$)/.test(from) || from === "undici");
    expect(doing).toEqual([]);
    for (const file of new Set(pure.map((line) => line.file))) {
      expect(readFileSync(join(root, file), "utf8"), file).not.toMatch(/Date\.now|Math\.random|setTimeout|process\./);
    }
  });

  it("names no registry in the lockfile", () => {
    expect(readFileSync(join(root, "pnpm-lock.yaml"), "utf8")).not.toMatch(/https?:|tarball:/);
  });
});
