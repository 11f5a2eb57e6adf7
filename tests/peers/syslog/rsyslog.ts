import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import type { Authority } from "../../certificates.ts";
import { receiverFiles } from "./receiver-files.ts";
import type { SyslogReceiver } from "./receiver-process.ts";
import { freePort, startReceiver } from "./receiver-process.ts";

export interface RsyslogOptions {
  /** Its certificate is of this authority, and so must be its clients'. */
  readonly authority: Authority;
  /** Names of clients that may send; all of the authority's where it is not given. */
  readonly permittedPeer?: string;
  /** Without TLS. */
  readonly plain?: boolean;
}

const COMMAND = "/usr/sbin/rsyslogd";
const PACKAGES = "apt-get install -y --no-install-recommends rsyslog rsyslog-gnutls";

/** rsyslog over TLS or plain TCP, which writes each message as it came. Throws, saying what is missing, when it is not on this machine. */
export async function startRsyslog({ authority, permittedPeer, plain }: RsyslogOptions): Promise<SyslogReceiver> {
  if (!existsSync(COMMAND)) {
    throw new Error(`NOTHING WAS TESTED against rsyslog, which is not on this machine. Run: ${PACKAGES}`);
  }
  const { folder, path } = await receiverFiles("rsyslog", authority);
  const port = await freePort();
  const mode = permittedPeer === undefined ? "x509/certvalid" : "x509/name";
  const peer = permittedPeer === undefined ? "" : ` PermittedPeer=["${permittedPeer}"]`;
  const driver = plain ? "" : ` StreamDriver.Name="gtls" StreamDriver.Mode="1" StreamDriver.AuthMode="${mode}"${peer}`;
  // No name is looked up, and a tab stays a tab.
  const config = `
global(workDirectory="${folder}" maxMessageSize="64k" net.enableDNS="off"
  parser.escapeControlCharactersOnReceive="off"
  defaultNetstreamDriver="gtls"
  defaultNetstreamDriverCAFile="${path("ca.pem")}"
  defaultNetstreamDriverCertFile="${path("cert.pem")}"
  defaultNetstreamDriverKeyFile="${path("key.pem")}")
module(load="imtcp"${driver})
template(name="raw" type="string" string="%rawmsg%\\n")
ruleset(name="keep") { action(type="omfile" file="${path("messages.log")}" template="raw") }
input(type="imtcp" port="${port}" address="127.0.0.1" ruleset="keep")
`;
  await writeFile(path("rsyslog.conf"), config);
  const args = ["-n", "-f", path("rsyslog.conf"), "-i", path("rsyslog.pid")];
  return startReceiver({ command: COMMAND, args, port, file: path("messages.log"), folder });
}
