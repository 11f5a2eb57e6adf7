import type { ChildProcess } from "node:child_process";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Authority } from "../../certificates.ts";
import { listening, portOf } from "../listening.ts";
import { until } from "../until.ts";

export interface RsyslogOptions {
  /** Its certificate is of this authority, and so must be its clients'. */
  readonly authority: Authority;
  /** Names of clients that may send; all of the authority's where it is not given. */
  readonly permittedPeer?: string;
}

/** A real rsyslog that takes syslog over TLS on loopback and writes each message as it came, a line each. */
export interface Rsyslog {
  readonly port: number;
  /** Complete lines of its file so far. */
  lines(): Promise<readonly string[]>;
  /** What it said itself. */
  log(): string;
  start(): Promise<void>;
  /** Stops it as it is: its connections stay, and it reads nothing. */
  freeze(): void;
  /** Ends it without a goodbye, or in good order. */
  kill(signal: "SIGKILL" | "SIGTERM"): Promise<void>;
  remove(): Promise<void>;
}

/** Throws, saying what is missing, when rsyslog or its TLS driver is not on this machine. */
export async function startRsyslog(options: RsyslogOptions): Promise<Rsyslog> {
  const folder = await mkdtemp(join(tmpdir(), "rsyslog-"));
  // rsyslog may give up its rights as root, and must still write here.
  await chmod(folder, 0o755);
  const port = await freePort();
  const output = join(folder, "messages.log");
  await writeConfig(folder, port, options);
  let child: ChildProcess | undefined;
  let log = "";

  async function start(): Promise<void> {
    const args = ["-n", "-f", join(folder, "rsyslog.conf"), "-i", join(folder, "rsyslog.pid")];
    const started = spawn(rsyslogd(), args, { stdio: ["ignore", "pipe", "pipe"] });
    const note = (chunk: Buffer) => {
      log += chunk.toString();
    };
    started.stdout.on("data", note);
    started.stderr.on("data", note);
    child = started;
    await until(() => started.exitCode !== null || accepts(port), { what: "rsyslog's port", limitMs: 20_000 });
    if (started.exitCode !== null) throw new Error(`rsyslog ended at its start: ${log}`);
  }

  async function kill(signal: NodeJS.Signals): Promise<void> {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null) return;
    const ended = once(running, "exit");
    running.kill(signal);
    await ended;
  }

  await start();
  return {
    port,
    async lines() {
      const text = await readFile(output, "utf8").catch(() => "");
      return text.split("\n").slice(0, -1);
    },
    log: () => log,
    start,
    freeze: () => void child?.kill("SIGSTOP"),
    kill,
    async remove() {
      await kill("SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Like a receiver that changes nothing: no control characters escaped, no name looked up, the message as it came. */
async function writeConfig(folder: string, port: number, { authority, permittedPeer }: RsyslogOptions): Promise<void> {
  const server = await authority.issue({ name: "rsyslog", usage: "server" });
  const file = (name: string) => join(folder, name);
  await writeFile(file("ca.pem"), authority.cert);
  await writeFile(file("cert.pem"), server.cert);
  await writeFile(file("key.pem"), server.key);
  const mode = permittedPeer === undefined ? "x509/certvalid" : "x509/name";
  const peer = permittedPeer === undefined ? "" : ` PermittedPeer=["${permittedPeer}"]`;
  const config = `
global(workDirectory="${folder}" maxMessageSize="64k" net.enableDNS="off"
  parser.escapeControlCharactersOnReceive="off"
  defaultNetstreamDriver="gtls"
  defaultNetstreamDriverCAFile="${file("ca.pem")}"
  defaultNetstreamDriverCertFile="${file("cert.pem")}"
  defaultNetstreamDriverKeyFile="${file("key.pem")}")
module(load="imtcp" StreamDriver.Name="gtls" StreamDriver.Mode="1" StreamDriver.AuthMode="${mode}"${peer})
template(name="raw" type="string" string="%rawmsg%\\n")
ruleset(name="keep") { action(type="omfile" file="${file("messages.log")}" template="raw") }
input(type="imtcp" port="${port}" address="127.0.0.1" ruleset="keep")
`;
  await writeFile(file("rsyslog.conf"), config);
}

function rsyslogd(): string {
  for (const path of ["/usr/sbin/rsyslogd", "/usr/local/sbin/rsyslogd"]) {
    try {
      execFileSync(path, ["-v"], { stdio: "ignore" });
      return path;
    } catch {
      // Perhaps it is at the next place.
    }
  }
  throw new Error(
    "NOTHING WAS TESTED against a real syslog receiver: rsyslogd is not on this machine. " +
      "Run: apt-get install -y --no-install-recommends rsyslog rsyslog-gnutls",
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await listening(server);
  const port = portOf(server);
  server.close();
  await once(server, "close");
  return port;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
