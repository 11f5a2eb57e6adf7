// Puts the modules of core's entries together under dist/bundled: Node takes a fifth of a server's start to find and read
// hundreds of files. What is loaded later stays in files of its own. With --watch, again at every change.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { rolldown, watch } from "rolldown";
import { root } from "./bootstrap.mjs";

const core = join(root, "packages", "core");
const folder = join(core, "dist", "bundled");
const { exports, imports } = JSON.parse(readFileSync(join(core, "package.json"), "utf8"));
const built = [...Object.values(exports).map((entry) => entry.default), ...Object.values(imports)];
const entries = built.flatMap((path) => /^\.\/dist\/bundled\/(.*)\.js$/.exec(path)?.[1] ?? []);

const options = {
  input: Object.fromEntries(entries.map((entry) => [entry, join(core, "src", `${entry}.ts`)])),
  platform: "node",
  external: /^[^./]/,
  logLevel: "warn",
  output: {
    dir: folder,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "parts/[name].js",
    sourcemap: true,
  },
};

if (process.argv.includes("--watch")) watch(options);
else {
  const bundle = await rolldown(options);
  const { output } = await bundle.write(options.output);
  const written = new Set(output.map(({ fileName }) => fileName));
  for (const name of readdirSync(folder, { recursive: true })) {
    if (/\.(?:js|map)$/.test(name) && !written.has(name)) rmSync(join(folder, name));
  }
}
