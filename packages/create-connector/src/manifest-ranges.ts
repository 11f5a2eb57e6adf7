import { readFile } from "node:fs/promises";
import { join } from "node:path";

const OWN_MANIFEST = join(import.meta.dirname, "..", "package.json");
const PEERS = ["@arbitex/core", "@arbitex/simulators", "zod"];

/** The manifest with the ranges of what it needs: those with which this version of the generator was published. */
export async function withRanges(manifest: string): Promise<string> {
  const { devDependencies: ranges } = JSON.parse(await readFile(OWN_MANIFEST, "utf8"));
  const peerDependencies = Object.fromEntries(PEERS.map((name) => [name, ranges[name]]));
  return `${JSON.stringify({ ...JSON.parse(manifest), peerDependencies, devDependencies: ranges }, undefined, 2)}\n`;
}
