import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A script that uses packages from PyPI: takes one JSON document and answers with another. */
export type PythonScript = (request: unknown) => Promise<unknown>;

/**
 * Installs packages of exact versions, `name==version`, where they are not yet, in a folder named by the first. Throws,
 * saying so, when it cannot.
 */
export async function pythonScript(script: string, packages: readonly [string, ...string[]]): Promise<PythonScript> {
  const name = packages[0].replace("==", "-");
  const folder = join(process.env["PEER_CACHE"] ?? join(homedir(), ".cache/siem-peers"), name);
  const ready = join(folder, "installed");
  if (!existsSync(ready)) {
    const words = [
      "-m",
      "pip",
      "install",
      "--quiet",
      "--only-binary=:all:",
      "--upgrade",
      "--target",
      folder,
      ...packages,
    ];
    await run("python3", words, { timeout: 280_000 }).catch((cause: unknown) => {
      throw new Error(`${packages.join(" and ")} could not be installed, so nothing was tested with it.`, { cause });
    });
    await writeFile(ready, "");
  }
  return async (request) => {
    const child = spawn("python3", [script], {
      env: { ...process.env, PYTHONPATH: folder, TZ: "UTC" },
      stdio: ["pipe", "pipe", "inherit"],
    });
    child.stdin.end(JSON.stringify(request));
    const [said] = await Promise.all([text(child.stdout), once(child, "close")]);
    return JSON.parse(said);
  };
}
