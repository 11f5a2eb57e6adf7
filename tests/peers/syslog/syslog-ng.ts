import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Authority } from "../../certificates.ts";
import { receiverFiles } from "./receiver-files.ts";
import type { SyslogReceiver } from "./receiver-process.ts";
import { freePort, startReceiver } from "./receiver-process.ts";

export interface SyslogNgOptions {
  readonly authority: Authority;
  readonly framing: "lf" | "octet_counting";
  /** Without TLS. */
  readonly plain?: boolean;
}

const LIBRARIES = "apt-get install -y --no-install-recommends libivykis0 libnet1 libwrap0 libpcre3";
/** Kept from one run to the next. */
const ROOT = join(tmpdir(), "arbitex-syslog-ng");
const run = promisify(execFile);

/**
 * syslog-ng over TLS or plain TCP, which reads each message as RFC 5424 and writes host, application and message. Debian does not let it be
 * installed beside rsyslog, so that it is unpacked into a folder of its own. Throws, saying what is missing, when that fails.
 */
export async function startSyslogNg({ authority, framing, plain }: SyslogNgOptions): Promise<SyslogReceiver> {
  await unpacked().catch((cause: unknown) => {
    throw new Error("NOTHING WAS TESTED against syslog-ng, which could not be unpacked from Debian's archive.", {
      cause,
    });
  });
  const { folder, path } = await receiverFiles("syslog-ng", authority);
  const port = await freePort();
  const [version = "3.38"] = (await readdir(join(ROOT, "usr/lib/syslog-ng"))).filter((name) => /^\d+\.\d+$/.test(name));
  const tls = plain
    ? ""
    : `tls(key-file("${path("key.pem")}") cert-file("${path("cert.pem")}") ca-file("${path("ca.pem")}") peer-verify(required-trusted))`;
  const where = `ip("127.0.0.1") port(${port}) transport("${plain ? "tcp" : "tls"}")`;
  const source = framing === "lf" ? `network(${where} flags(syslog-protocol) ${tls})` : `syslog(${where} ${tls})`;
  const config = `@version: ${version}
options { keep-hostname(yes); chain-hostnames(no); use-dns(no); log-msg-size(65536); };
source s { ${source}; };
destination d { file("${path("messages.log")}" template("\${HOST} \${PROGRAM} \${MSG}\\n")); };
log { source(s); destination(d); };
`;
  await writeFile(path("syslog-ng.conf"), config);
  const libraries = join(ROOT, "usr/lib/syslog-ng");
  return startReceiver({
    command: join(ROOT, "usr/sbin/syslog-ng"),
    args: [
      "-F",
      "--no-caps",
      `--module-path=${join(libraries, version)}`,
      ...["cfgfile", "persist-file", "pidfile", "control"].map(
        (name) => `--${name}=${path(name === "cfgfile" ? "syslog-ng.conf" : name)}`,
      ),
    ],
    env: { LD_LIBRARY_PATH: libraries },
    port,
    file: path("messages.log"),
    folder,
  }).catch((cause: unknown) => {
    throw new Error(`NOTHING WAS TESTED against syslog-ng, which did not start. Perhaps it lacks: ${LIBRARIES}`, {
      cause,
    });
  });
}

/** Two test files may do so at the same time: each in a folder of its own, and the first is taken. */
async function unpacked(): Promise<void> {
  if (existsSync(ROOT)) return;
  const making = await mkdtemp(`${ROOT}-`);
  try {
    await run("apt-get", ["download", "-qq", "syslog-ng-core"], { cwd: making });
    const [archive = ""] = await readdir(making);
    await run("dpkg", ["-x", join(making, archive), join(making, "root")]);
    await rename(join(making, "root"), ROOT).catch((error: unknown) => {
      if (!existsSync(ROOT)) throw error;
    });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}
