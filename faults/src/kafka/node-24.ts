import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const VERSION = "24.21.0";

/** Returns the path of a Node that the Kafka queue runs on, which npm brings the first time. */
export async function node24(): Promise<string> {
  const [major = 0] = process.versions.node.split(".").map(Number);
  if (major >= 24) return process.execPath;
  const folder = join(tmpdir(), `arbitex-node-${VERSION}`);
  const path = join(folder, "node_modules", "node", "bin", "node");
  if (!existsSync(path)) {
    await mkdir(folder, { recursive: true });
    const words = ["install", "--prefix", folder, "--no-save", "--no-audit", "--no-fund", `node@${VERSION}`];
    execFileSync("npm", words, { stdio: ["ignore", "ignore", "inherit"] });
  }
  return path;
}
