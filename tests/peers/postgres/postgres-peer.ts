import type { ChildProcess } from "node:child_process";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { appendFile, chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../syslog/receiver-process.ts";
import { until } from "../until.ts";

/** A real PostgreSQL on loopback, with a superuser `postgres` and no passwords. */
export interface PostgresPeer {
  readonly port: number;
  /** The address of one of its databases, for one of its roles. */
  urlOf(database: string, role?: string): string;
  /** Makes a database and gives what `urlOf` takes. */
  createDatabase(): string;
  /** Runs statements as the superuser and gives what they print. */
  sql(database: string, statements: string): string;
  /** A session of the superuser that stays open until it is ended. */
  openSession(database: string): PostgresSession;
  start(): Promise<void>;
  /** Ends it and every connection to it at once. */
  stop(): Promise<void>;
  remove(): Promise<void>;
}

export interface PostgresSession {
  /** Resolves once it has run. */
  run(statements: string): Promise<void>;
  end(): Promise<void>;
}

const VERSIONS = "/usr/lib/postgresql";
const PACKAGE = "apt-get install -y --no-install-recommends postgresql";

/** Throws, saying what is missing, when it is not on this machine. */
export async function startPostgres(): Promise<PostgresPeer> {
  const version = existsSync(VERSIONS) ? readdirSync(VERSIONS).toSorted().at(-1) : undefined;
  if (version === undefined) {
    throw new Error(`NOTHING WAS TESTED against PostgreSQL, which is not on this machine. Run: ${PACKAGE}`);
  }
  const bin = (name: string) => join(VERSIONS, version, "bin", name);
  const folder = await mkdtemp(join(tmpdir(), "postgres-"));
  const user = await unprivilegedUser();
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  const data = join(folder, "data");
  const options = { ...user, cwd: folder };
  execFileSync(bin("initdb"), ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"], {
    ...options,
    stdio: "pipe",
  });
  const port = await freePort();
  await appendFile(join(data, "postgresql.conf"), `listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\n`);
  let child: ChildProcess | undefined;
  let databases = 0;

  function psqlArguments(database: string): string[] {
    return ["-X", "-q", "-A", "-t", "-h", "127.0.0.1", "-p", String(port), "-U", "postgres", "-d", database];
  }

  function openSession(database: string): PostgresSession {
    const session = spawn(bin("psql"), psqlArguments(database), { stdio: ["pipe", "pipe", "inherit"] });
    let said = "";
    session.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    let runs = 0;
    return {
      async run(statements) {
        const mark = `done-${++runs}`;
        session.stdin.write(`${statements}\n\\echo ${mark}\n`);
        await until(() => said.includes(mark), { what: statements, limitMs: 10_000 });
      },
      async end() {
        const ended = once(session, "exit");
        session.stdin.end();
        await ended;
      },
    };
  }

  function sql(database: string, statements: string): string {
    const args = [...psqlArguments(database), "-v", "ON_ERROR_STOP=1"];
    return execFileSync(bin("psql"), args, { input: statements, encoding: "utf8", stdio: "pipe" }).trim();
  }

  async function start(): Promise<void> {
    const started = spawn(bin("postgres"), ["-D", data, "-p", String(port)], {
      ...options,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    started.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    child = started;
    await until(() => started.exitCode !== null || accepts(bin("pg_isready"), port), {
      what: "PostgreSQL",
      limitMs: 30_000,
    });
    if (started.exitCode !== null) throw new Error(`PostgreSQL ended at its start: ${said}`);
  }

  async function stop(): Promise<void> {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null) return;
    const ended = once(running, "exit");
    running.kill("SIGINT");
    await ended;
  }

  await start();
  return {
    port,
    urlOf: (database, role = "postgres") => `postgresql://${role}@127.0.0.1:${port}/${database}`,
    createDatabase() {
      const name = `test_${++databases}`;
      sql("postgres", `create database ${name}`);
      return name;
    },
    sql,
    openSession,
    start,
    stop,
    async remove() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function accepts(command: string, port: number): boolean {
  try {
    execFileSync(command, ["-q", "-h", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** PostgreSQL does not run as root. */
async function unprivilegedUser(): Promise<{ readonly uid: number; readonly gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = ["-u", "-g"].map((flag) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" })));
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}
