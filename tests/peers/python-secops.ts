import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";

const VERSION = "0.44.1";
const SCRIPT = join(import.meta.dirname, "google-secops/ingest.py");
const run = promisify(execFile);

export interface SdkImport {
  readonly url: string;
  readonly key: unknown;
  readonly project_id: unknown;
  readonly region: unknown;
  readonly instance_id: unknown;
  readonly log_type: string;
  readonly forwarder: string;
  readonly logs: readonly string[];
}

/** Google's own SDK for Google SecOps, from PyPI. */
export interface PythonSecOps {
  readonly version: string;
  /** Imports logs as its users do; what it raised, or null. */
  importLogs(request: SdkImport): Promise<string | null>;
}

/** Whether this machine can install it; where not, nothing is tested with it. */
export async function hasPip(): Promise<boolean> {
  return run("python3", ["-m", "pip", "--version"]).then(
    () => true,
    () => false,
  );
}

/** Installs it where it is not yet, which takes a minute and 150 MB. Throws, saying so, when it cannot. */
export async function installPythonSecOps(): Promise<PythonSecOps> {
  const folder = join(process.env["PEER_CACHE"] ?? join(homedir(), ".cache/siem-peers"), `python-secops-${VERSION}`);
  if (!existsSync(join(folder, "secops"))) {
    const words = ["-m", "pip", "install", "--quiet", "--target", folder, `secops==${VERSION}`];
    await run("python3", words, { timeout: 280_000 }).catch((cause: unknown) => {
      throw new Error("Google's SDK could not be installed, so nothing was tested with it.", { cause });
    });
  }
  return {
    version: VERSION,
    async importLogs(request) {
      const child = spawn("python3", [SCRIPT], {
        env: { ...process.env, PYTHONPATH: folder },
        stdio: ["pipe", "pipe", "inherit"],
      });
      child.stdin.end(JSON.stringify(request));
      const [said] = await Promise.all([text(child.stdout), once(child, "close")]);
      const answer: { error: string | null } = JSON.parse(said.trim().split("\n").at(-1) ?? "");
      return answer.error;
    },
  };
}
