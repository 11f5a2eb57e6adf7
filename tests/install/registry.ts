import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import { npmEnvironment } from "./npm-environment.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const SOURCE = join(import.meta.dirname, "registry");
/** Outside of what is committed, and kept from one run to the next. */
const INSTALLED = join(ROOT, "node_modules", ".cache", "registry-6.8.0");

/** A private registry on loopback: ours are only what a test publishes, all else comes from the registry of this machine. */
export interface Registry {
  readonly url: string;
  /** For package managers: this registry, and a home and a cache that go with it. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface OwnRegistry extends Registry {
  close(): Promise<void>;
}

/** The registry that has every package of ours as 1.0.0: one for all test files, whose setup publishes them. */
export function sharedRegistry(): Registry {
  return inject("registry");
}

/** One more, for what would be seen by other tests. */
export async function startRegistry(): Promise<OwnRegistry> {
  installRegistry();
  const folder = mkdtempSync(join(tmpdir(), "arbitex-registry-"));
  const storage = join(folder, "storage");
  mkdirSync(storage);
  const child = fork(join(SOURCE, "serve.mjs"), [INSTALLED, storage, setting("registry")], {
    env: { ...process.env, ...trustedCertificates() },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const [message] = await Promise.race([
    once(child, "message"),
    once(child, "exit").then(([code]) => {
      throw new Error(`the registry ended with ${String(code)} before it listened`);
    }),
  ]);
  const url = `http://127.0.0.1:${String(Object(message).port)}/`;
  return {
    url,
    environment: npmEnvironment(join(folder, "home"), url),
    async close() {
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Once for each machine: 327 packages, by their lockfile. */
function installRegistry(): void {
  if (existsSync(join(INSTALLED, "node_modules", ".package-lock.json"))) return;
  mkdirSync(INSTALLED, { recursive: true });
  for (const file of ["package.json", "package-lock.json"]) copyFileSync(join(SOURCE, file), join(INSTALLED, file));
  execFileSync("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], { cwd: INSTALLED, stdio: "pipe" });
}

/** What npm on this machine is set to. */
function setting(name: string): string {
  const value = execFileSync("npm", ["config", "get", name], { encoding: "utf8" }).trim();
  return value === "null" || value === "undefined" ? "" : value;
}

function trustedCertificates(): Readonly<Record<string, string>> {
  const cafile = setting("cafile");
  return cafile === "" ? {} : { NODE_EXTRA_CA_CERTS: cafile };
}
