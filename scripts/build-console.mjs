// Builds the console's static files, and compresses them once so that the server need not.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { root, run } from "./bootstrap.mjs";

const folder = join(root, "packages", "console");
const dist = join(folder, "dist");
const sources = ["src", "public", "index.html", "vite.config.ts", "package.json"];

if (isStale()) {
  run(join(folder, "node_modules", ".bin", "vite"), ["build", "--logLevel", "warn"], {
    cwd: folder,
    stdio: ["ignore", 2, 2],
  });
  for (const file of files(dist).filter((name) => /\.(?:html|js|css|svg)$/.test(name))) compress(file);
}

function isStale() {
  const built = join(dist, "index.html.br");
  if (!existsSync(built)) return true;
  const at = statSync(built).mtimeMs;
  return sources.flatMap((name) => files(join(folder, name))).some((file) => statSync(file).mtimeMs > at);
}

function compress(file) {
  const bytes = readFileSync(file);
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
}

function files(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
