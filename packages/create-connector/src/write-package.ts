import { lstat, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ConnectorName } from "./connector-name.ts";
import { wordsOf } from "./connector-name.ts";
import type { Flavour } from "./flavours.ts";
import { withRanges } from "./manifest-ranges.ts";
import { UsageError } from "./usage-error.ts";

const TEMPLATE = join(import.meta.dirname, "..", "template");
/** npm packs no `.gitignore`, and tools take a nested `package.json` for a package: the template has them under other names. */
const RENAMED: Readonly<Record<string, string>> = { gitignore: ".gitignore", "package.template.json": "package.json" };

export interface NewPackage {
  readonly name: ConnectorName;
  readonly flavour: Flavour;
  /** The folder to write: it must be empty, or not there. */
  readonly folder: string;
}

/** Writes a new connector's package. Gives the paths of its files; leaves nothing behind where it fails. */
export async function writePackage({ name, flavour, folder }: NewPackage): Promise<readonly string[]> {
  const isThere = await mustBeEmpty(folder);
  try {
    const files = [...(await filesOf("common")), ...(await filesOf(flavour))];
    for (const { path, text } of files) {
      const target = join(folder, path);
      await mkdir(dirname(target), { recursive: true });
      const own = replaced(text, name);
      await writeFile(target, path === "package.json" ? await withRanges(own) : own);
    }
    return files.map(({ path }) => path).toSorted();
  } catch (error) {
    if (!isThere) await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Whether the folder is there. */
async function mustBeEmpty(folder: string): Promise<boolean> {
  let entries: readonly string[];
  try {
    entries = await readdir(folder);
  } catch (error) {
    if (codeOf(error) === "ENOENT" && !(await isLink(folder))) return false;
    if (codeOf(error) === "ENOENT") {
      throw new UsageError(`${folder} is a link that leads nowhere: remove it, or choose another name.`);
    }
    if (codeOf(error) === "ENOTDIR") throw new UsageError(`${folder} is a file: choose another name, or move it away.`);
    throw error;
  }
  if (entries.length === 0) return true;
  throw new UsageError(`The folder ${folder} is not empty: choose another name, or empty it.`);
}

async function isLink(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
}

async function filesOf(part: string): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const entries = await readdir(join(TEMPLATE, part), { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name);
        const renamed = join(entry.parentPath, RENAMED[entry.name] ?? entry.name);
        return { path: renamed.slice(join(TEMPLATE, part).length + 1), text: await readFile(path, "utf8") };
      }),
  );
}

/** At once, so that a word of the author's own name is never replaced again. */
function replaced(text: string, name: ConnectorName): string {
  const words = new Map(wordsOf(name));
  return text.replaceAll(new RegExp([...words.keys()].join("|"), "g"), (word) => words.get(word) ?? word);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
