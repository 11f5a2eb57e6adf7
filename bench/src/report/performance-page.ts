import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../repository-root.ts";

/** The measurements that have a place in docs/performance.md. */
export type Place = "bench" | "against" | "growth";

/** Puts a measurement into its place in docs/performance.md. */
export function writeInto(place: Place, body: string): void {
  const path = join(repositoryRoot, "docs", "performance.md");
  const page = readFileSync(path, "utf8");
  const begin = `<!-- ${place}:begin -->`;
  const from = page.indexOf(begin);
  const to = page.indexOf(`<!-- ${place}:end -->`);
  if (from < 0 || to < from) throw new Error(`${path} has no ${begin} with an end to put the results in`);
  writeFileSync(path, `${page.slice(0, from)}${begin}\n\n${body.trim()}\n\n${page.slice(to)}`);
}
