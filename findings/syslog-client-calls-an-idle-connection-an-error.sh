#!/usr/bin/env bash
# npm syslog-client 1.1.1 on TCP: when nothing was logged for `tcpTimeout` (10 s), it emits the error "connection timed out", although
# the connection is up, stays open and takes the next message. Without a listener for "error" a quiet hour ends the process.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund syslog-client@1.1.1
cat >say.cjs <<'JS'
const net = require("node:net");
const syslog = require("syslog-client");

let connections = 0;
const server = net.createServer((socket) => {
  connections++;
  socket.on("data", (bytes) => {
    console.log("received", bytes.toString().trim().split(" ").at(-1));
    if (bytes.includes("second")) {
      console.log("connections", connections);
      process.exit();
    }
  });
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address();
  const client = syslog.createClient("127.0.0.1", { port, transport: syslog.Transport.Tcp, tcpTimeout: 500 });
  client.once("error", (error) => {
    console.log("error", error.message);
    client.log("second");
  });
  client.log("first");
});
JS
node --no-deprecation say.cjs >seen
diff - seen <<'SEEN'
received first
error connection timed out
received second
connections 1
SEEN
echo "as described"
