import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../syslog/receiver-process.ts";
import { until } from "../until.ts";

/** An object with its events, as AWS's client for Python, and PyArrow, read it. */
export interface ReadObject {
  readonly key: string;
  readonly events: readonly Readonly<Record<string, unknown>>[];
  /** Type of the column `time` of a Parquet file. */
  readonly time?: string;
}

/** moto: a stand-in of AWS that many test with. It checks signatures, and what users and roles may do. */
export interface Moto {
  readonly url: string;
  /** The access key of a user that may write, and a role that it may assume. */
  readonly user: { readonly id: string; readonly secret: string; readonly role: string };
  /** All objects, which are removed. */
  takeObjects(): Promise<readonly ReadObject[]>;
  stop(): Promise<void>;
}

/** Where `install.sh` puts it. */
const PYTHON = join(tmpdir(), "arbitex-s3-peer", "bin");
const SCRIPT = join(import.meta.dirname, "bucket.py");
/** The calls that prepare the bucket and its users: from then on every call is judged. */
const CALLS_OF_PREPARATION = 6;
const run = promisify(execFile);

export async function startMoto(): Promise<Moto> {
  if (!existsSync(join(PYTHON, "moto_server"))) {
    throw new Error("NOTHING WAS TESTED against moto, which is not on this machine. Run: bash tests/peers/install.sh");
  }
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = { ...process.env, INITIAL_NO_AUTH_ACTION_COUNT: String(CALLS_OF_PREPARATION) };
  const server = spawn(join(PYTHON, "moto_server"), ["-H", "127.0.0.1", "-p", String(port)], { env, stdio: "ignore" });
  const answers = () =>
    fetch(`${url}/moto-api/`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(answers, { what: "moto", limitMs: 60_000 });
  const python = async (...words: readonly string[]): Promise<unknown> => {
    const { stdout } = await run(join(PYTHON, "python"), [SCRIPT, ...words], { maxBuffer: 2 ** 28 });
    return JSON.parse(stdout);
  };
  const user = (await python("prepare", url)) as Moto["user"];
  return {
    url,
    user,
    takeObjects: async () => (await python("take", url, user.id, user.secret)) as readonly ReadObject[],
    async stop() {
      const ended = once(server, "exit");
      server.kill("SIGKILL");
      await ended;
    },
  };
}
