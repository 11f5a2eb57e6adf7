import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");

const entries = [
  "packages/core/src/index.ts",
  "packages/core/src/host/index.ts",
  "packages/core/src/host/config/index.ts",
  "packages/core/src/ocsf/index.ts",
  "packages/core/src/syslog/index.ts",
  "packages/simulators/src/index.ts",
  "packages/testkit/src/index.ts",
  "packages/testkit/src/conformance/runs.ts",
  "packages/server/src/index.ts",
];

interface Exported {
  readonly name: string;
  /** The file that declares it, from the repository's root. */
  readonly file: string;
}

/** What an entry re-exports by name. `export type * as classes` names a module, which documents its own exports. */
function exportedBy(entry: string): readonly Exported[] {
  const lists = readFileSync(join(root, entry), "utf8").matchAll(/^export (?:type )?\{([^}]*)\} from "([^"]+)";/gm);
  return [...lists].flatMap(([, names = "", from = ""]) =>
    names
      .split(",")
      .map((name) =>
        name
          .trim()
          .replace(/^type /, "")
          .replace(/ as .*/, ""),
      )
      .filter(Boolean)
      .map((name) => ({ name, file: relative(root, join(root, entry, "..", from)) })),
  );
}

/** True where a doc comment stands above the first declaration of the name. */
function isExplained({ name, file }: Exported): boolean {
  const lines = readFileSync(join(root, file), "utf8").split("\n");
  const declaration = new RegExp(
    `^export (?:declare )?(?:async )?(?:const|function\\*?|class|interface|type) ${name}\\b`,
  );
  const above = lines.slice(
    0,
    Math.max(
      0,
      lines.findIndex((line) => declaration.test(line)),
    ),
  );
  const begin = above.findLastIndex((line) => line.startsWith("/**"));
  return begin >= 0 && above.findIndex((line, at) => at >= begin && line.trimEnd().endsWith("*/")) === above.length - 1;
}

describe("the public exports", () => {
  it.each(entries.filter((entry) => existsSync(join(root, entry))))("of %s each have a doc comment", (entry) => {
    const exported = exportedBy(entry).filter(({ file }) => !file.includes("/generated/"));
    expect(exported.length).toBeGreaterThan(5);
    expect(exported.filter((one) => !isExplained(one)).map(({ name, file }) => `${name} in ${file}`)).toEqual([]);
  });
});
