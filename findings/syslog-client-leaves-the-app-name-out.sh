#!/usr/bin/env bash
# npm syslog-client 1.1.1: in its default format, RFC 3164, the option `appName` is written nowhere and there is no tag, so that a
# receiver takes the first word of the message for the program's name. With `rfc3164: false` the name is there.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund syslog-client@1.1.1
cat >say.cjs <<'JS'
const dgram = require("node:dgram");
const syslog = require("syslog-client");

const receiver = dgram.createSocket("udp4");
let received = 0;
receiver.on("message", (bytes) => {
  console.log(bytes.toString().trim().slice(bytes.indexOf(" host ") + 1).replace(/ \d+ - - /, " PID - - "));
  if (++received === 2) process.exit();
});
receiver.bind(0, "127.0.0.1", () => {
  const client = syslog.createClient("127.0.0.1", {
    port: receiver.address().port,
    appName: "billing",
    syslogHostname: "host",
  });
  client.log("paid 3 invoices", () => client.log("paid 3 invoices", { rfc3164: false }));
});
JS
node --no-deprecation say.cjs >seen
diff - seen <<'SEEN'
host paid 3 invoices
host billing PID - - paid 3 invoices
SEEN
echo "as described"
