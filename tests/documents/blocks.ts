import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");

export interface Block {
  readonly file: string;
  readonly text: string;
}

/** Every document that a user may read: guides, packages, the deploy kit, examples. */
export function documents(): readonly string[] {
  const folders = [
    ".",
    "docs",
    "deploy",
    "examples",
    ...readdirSync(join(ROOT, "packages")).map((name) => `packages/${name}`),
  ];
  return folders
    .flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => join(folder, name)))
    .filter((file) => file.endsWith(".md") && !file.endsWith("CHANGELOG.md") && existsSync(join(ROOT, file)))
    .toSorted();
}

export function textOf(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

/** A document's blocks of code in a language. */
export function blocksOf(file: string, language: string): readonly Block[] {
  const blocks = textOf(file).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"));
  return [...blocks].map(([, text = ""]) => ({ file, text }));
}

/** The commands of shell blocks, each on one line, without comments. */
export function shellLines(file: string): readonly string[] {
  return blocksOf(file, "sh")
    .flatMap(({ text }) => text.replaceAll("\\\n", " ").split("\n"))
    .map((line) => line.replace(/(?:^|\s+)#.*$/, "").trim())
    .filter((line) => line !== "");
}
