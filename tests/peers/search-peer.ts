import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { until } from "./until.ts";

export type SearchPeerName = "es8" | "es8-esql" | "es9" | "os2" | "os3";

export interface SearchPeerOptions {
  readonly peer: SearchPeerName;
  /** Node settings, such as `http.max_content_length`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Any free port unless told. */
  readonly port?: number;
  /** A folder of an earlier node, whose data this one takes over; a new one unless told. */
  readonly folder?: string;
}

/** A real search engine on loopback. */
export interface SearchPeer {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  /** Such as `elasticsearch 8.19.21`. */
  readonly version: string;
  /** Sends a signal to the node's process. */
  signal(name: NodeJS.Signals): void;
  /** Resolves once the process is gone. */
  ended(): Promise<void>;
  /** Ends the node and removes its folder. */
  stop(): Promise<void>;
}

const START_SCRIPT = fileURLToPath(new URL("./search/start.sh", import.meta.url));
/** The first start on a machine fetches the jars. */
const START_LIMIT_MS = 280_000;
const run = promisify(execFile);

/** Starts a node that ends with this process at the latest. Throws, saying what is missing, when it cannot be started. */
export async function startSearchPeer({
  peer,
  settings = {},
  port = 0,
  folder,
}: SearchPeerOptions): Promise<SearchPeer> {
  const home = folder ?? (await mkdtemp(join(tmpdir(), `search-peer-${peer}-`)));
  const assignments = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  const { stdout } = await run(START_SCRIPT, [String(port), home, ...assignments], {
    env: { ...process.env, PEER: peer, OWNER_PID: String(process.pid) },
    timeout: START_LIMIT_MS,
  }).catch((cause: unknown) => {
    throw new Error(`The search engine "${peer}" could not be started, so nothing was tested against it.`, { cause });
  });
  const [pid, bound, ...version] = stdout.trim().split(" ");
  const nodePid = Number(pid);
  const ended = () => until(() => !isAlive(nodePid), { what: `the end of ${peer}`, limitMs: 30_000 });
  return {
    url: `http://127.0.0.1:${bound}`,
    port: Number(bound),
    folder: home,
    version: version.join(" "),
    signal: (name) => void process.kill(nodePid, name),
    ended,
    async stop() {
      if (isAlive(nodePid)) process.kill(nodePid, "SIGTERM");
      await ended();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Whether this machine has a JDK of this version or a newer one: `es9` and `os3` want 21. */
export function hasJdk(version: number): boolean {
  const homes = existsSync(JDKS) ? readdirSync(JDKS).map((name) => join(JDKS, name)) : [];
  return homes.some((home) => {
    const release = join(home, "release");
    const found = existsSync(release) ? /JAVA_VERSION="(\d+)/.exec(readFileSync(release, "utf8"))?.[1] : undefined;
    return Number(found) >= version;
  });
}

const JDKS = "/usr/lib/jvm";

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
