// Writes src/ocsf/generated from the compiled schema in ocsf-schema and the extension in ocsf-extension.
// `node scripts/generate-ocsf.mjs` writes; with `--check` it only tells whether the files are current (exit code 1 if not).
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { applyExtension } from "./ocsf/apply-extension.mjs";
import { emitTables } from "./ocsf/emit-tables.mjs";
import { emitTypes } from "./ocsf/emit-types.mjs";
import { emitVersions } from "./ocsf/emit-versions.mjs";
import { readExtension, readSchema } from "./ocsf/read-schema.mjs";

const packageFolder = join(dirname(fileURLToPath(import.meta.url)), "..");
const target = join(packageFolder, "src/ocsf/generated");

const base = readSchema(join(packageFolder, "ocsf-schema/schema.json.gz"));
const extended = applyExtension(base, readExtension(join(packageFolder, "ocsf-extension")));
const versions = ["1.5.0", "1.8.0"].map((version) =>
  readSchema(join(packageFolder, `ocsf-schema/schema-${version}.json.gz`)),
);
const files = new Map([
  ...emitTables(base, extended),
  ...emitTypes(base, extended),
  ...emitVersions(base, extended, versions),
]);

if (process.argv.includes("--check")) {
  const stale = differences(files);
  for (const path of stale) process.stderr.write(`not current: ${relative(packageFolder, join(target, path))}\n`);
  if (stale.length > 0) process.stderr.write("run: node packages/core/scripts/generate-ocsf.mjs\n");
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  rmSync(target, { recursive: true, force: true });
  for (const [path, text] of files) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    writeFileSync(join(target, path), text);
  }
  process.stdout.write(`${files.size} files written to ${relative(process.cwd(), target)}\n`);
}

function differences(expected) {
  const found = new Map();
  for (const entry of readdirSync(target, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    found.set(relative(target, path).replaceAll("\\", "/"), readFileSync(path, "utf8"));
  }
  const stale = [...expected].filter(([path, text]) => found.get(path) !== text).map(([path]) => path);
  const superfluous = [...found.keys()].filter((path) => !expected.has(path));
  return [...stale, ...superfluous];
}
