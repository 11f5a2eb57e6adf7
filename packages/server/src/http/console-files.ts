import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { extname, join, relative, sep } from "node:path";

/** A file of the console in memory, with the forms that its build compressed. */
export interface ConsoleFile {
  readonly type: string;
  readonly plain: Buffer;
  readonly encoded: Readonly<Partial<Record<"br" | "gzip", Buffer>>>;
  readonly etag: string;
  /** Whether its name changes with its content. */
  readonly isImmutable: boolean;
}

/** By path below `/console/`. */
export type ConsoleFiles = ReadonlyMap<string, ConsoleFile>;

const PACKAGE = "@arbitex/console";
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
};

/** The folder of the console's files; undefined where its package is not installed. */
export function installedConsole(): string | undefined {
  try {
    const folder = join(createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`), "..", "dist");
    return existsSync(join(folder, "index.html")) ? folder : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads all files of a folder that browsers may load. They are few and small, so they stay in memory: no request
 * touches the disk, and no path of a request can leave the folder.
 */
export async function readConsoleFiles(folder: string): Promise<ConsoleFiles> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const known = new Set(paths);
  const read = async (path: string) => (known.has(path) ? readFile(path) : undefined);
  const files = paths.map(async (path): Promise<readonly [string, ConsoleFile][]> => {
    const type = TYPES[extname(path)];
    if (type === undefined) return [];
    const [plain, br, gzip] = await Promise.all([readFile(path), read(`${path}.br`), read(`${path}.gz`)]);
    const name = relative(folder, path).split(sep).join("/");
    const etag = createHash("sha256").update(plain).digest("base64url").slice(0, 22);
    const encoded = { ...(br && { br }), ...(gzip && { gzip }) };
    return [[name, { type, plain, encoded, etag, isImmutable: name.startsWith("assets/") }]];
  });
  return new Map((await Promise.all(files)).flat());
}
