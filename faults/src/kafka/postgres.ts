import type { ChildProcess } from "node:child_process";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { appendFile, chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "./free-ports.ts";
import { until } from "./until.ts";

/** A real PostgreSQL on loopback. */
export interface Postgres {
  /** Creates a database and returns its URL. */
  createDatabase(): string;
  /** Runs a statement and returns what it prints. */
  sql(url: string, statement: string): string;
  remove(): Promise<void>;
}

const VERSIONS = "/usr/lib/postgresql";

export async function startPostgres(): Promise<Postgres> {
  const version = existsSync(VERSIONS) ? readdirSync(VERSIONS).toSorted().at(-1) : undefined;
  if (version === undefined) {
    throw new Error("NOTHING WAS TESTED: PostgreSQL is not on this machine. Run: bash tests/peers/install.sh");
  }
  const bin = (name: string) => join(VERSIONS, version, "bin", name);
  const folder = await mkdtemp(join(tmpdir(), "postgres-"));
  const user = unprivilegedUser();
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  const data = join(folder, "data");
  const options = { ...user, cwd: folder };
  execFileSync(bin("initdb"), ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"], {
    ...options,
    stdio: "pipe",
  });
  await appendFile(join(data, "postgresql.conf"), "listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\n");
  const [port = 0] = await freePorts(1);
  const child: ChildProcess = spawn(bin("postgres"), ["-D", data, "-p", String(port)], { ...options, stdio: "ignore" });
  const maintenance = `postgresql://postgres@127.0.0.1:${port}/postgres`;
  let databases = 0;

  function sql(url: string, statement: string): string {
    return execFileSync(bin("psql"), ["-X", "-q", "-A", "-t", url, "-c", statement], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  }

  function answers(): boolean {
    try {
      return sql(maintenance, "select 1") === "1";
    } catch {
      return false;
    }
  }

  await until("PostgreSQL", 60_000, answers);
  return {
    createDatabase() {
      const name = `run${++databases}`;
      sql(maintenance, `create database ${name}`);
      return `postgresql://postgres@127.0.0.1:${port}/${name}`;
    },
    sql,
    async remove() {
      const ended = once(child, "exit");
      child.kill("SIGQUIT");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** It refuses to run as root. */
function unprivilegedUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return { uid: idOf("-u"), gid: idOf("-g") };
}

function idOf(flag: "-u" | "-g"): number {
  return Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
}
