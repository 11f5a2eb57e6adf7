// Finds the programs that check the deploy kit, and installs those that can be had: from Debian, or built with Go.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import { step } from "../bootstrap.mjs";

/** Thrown by a check that cannot be made on this machine. */
export class Skipped extends Error {}

export const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "arbitex-siem-deploy");

/** A program of Debian's. */
export async function debianTool(name, packages = [name]) {
  if (isThere(name)) return name;
  if (process.getuid?.() !== 0 || !isThere("apt-get")) throw new Skipped(`${name} is not installed`);
  step(`installing ${packages.join(", ")}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await command("apt-get", ["update", "-qq"], { env }).catch(() => undefined);
  const install = ["install", "-y", "-qq", "--no-install-recommends", ...packages];
  await command("apt-get", install, { env }).catch(() => undefined);
  if (!isThere(name)) throw new Skipped(`${name} could not be installed: apt-get install ${packages.join(" ")}`);
  return name;
}

/** A program that Go builds from a module, once a machine. It takes minutes, which a short check does not have. */
export async function goTool(module, { isShort }) {
  const name = module.split("@")[0].split("/").at(-1);
  const folder = join(cache, module.replaceAll(/[^\w.]/g, "-"));
  const path = join(folder, name);
  if (existsSync(path)) return path;
  if (isShort) throw new Skipped(`${name} is not built yet: npm run check:deploy builds it`);
  if (!isThere("go")) throw new Skipped(`${name} needs Go: go install ${module}`);
  step(`building ${module}`);
  mkdirSync(folder, { recursive: true });
  await command("go", ["install", module], { env: { ...process.env, GOBIN: folder } });
  return path;
}

/** Runs a program to its end and gives its output. Throws with all that it wrote when it fails. */
export async function command(name, args, options = {}) {
  const child = spawn(name, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
  const status = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  if (status !== 0) throw new Error(`${[name, ...args].join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

/** Starts a program that goes on until `close`. */
export function background(name, args, options = {}) {
  const child = spawn(name, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  const ended = new Promise((resolve) => child.once("close", resolve));
  return {
    output: () => output,
    close: (signal = "SIGTERM") => {
      child.kill(signal);
      return ended;
    },
  };
}

/** A port of loopback that is free now. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Asks until the answer is something, for 30 s at most. */
export async function until(what, ask) {
  const end = Date.now() + 30_000;
  for (;;) {
    const answer = await ask().catch(() => undefined);
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function isThere(name) {
  return spawnSync("sh", ["-c", `command -v ${name}`]).status === 0;
}
