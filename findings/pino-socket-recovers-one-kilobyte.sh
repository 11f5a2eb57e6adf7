#!/usr/bin/env bash
# npm pino-socket 8.0.0 with `recovery: true`, which keeps what could not be written while the server is away: the default
# `recoveryQueueMaxSize` of 1024 is bytes, not messages. Of 100 lines logged meanwhile only the last few arrive, and no event or error
# tells of the others. (Each line here has 100 bytes and counts 106.)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund pino-socket@8.0.0
cat >say.cjs <<'JS'
const net = require("node:net");
const { PassThrough } = require("node:stream");
const connectionTo = require("pino-socket/lib/TcpConnection");

let received = "";
const accept = (socket) => socket.on("data", (bytes) => (received += bytes));
const lineOf = (name) => `${name} `.padEnd(99, ".") + "\n";
const until = async (done) => {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 20));
};
(async () => {
  let server = net.createServer((socket) => {
    accept(socket);
    socket.once("data", () => socket.resetAndDestroy());
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  const connection = connectionTo({ address: "127.0.0.1", port, reconnect: true, recovery: true, sourceStream: null });
  let isClosed = false;
  connection.on("socketClose", () => (isClosed = true));
  connection.on("socketError", () => undefined);
  connection.write(lineOf("first"));
  await until(() => isClosed);
  await new Promise((resolve) => server.close(resolve));
  for (let index = 0; index < 100; index++) connection.write(lineOf(`line ${index}`));
  received = "";
  server = net.createServer(accept).listen(port, "127.0.0.1");
  await until(() => received.includes("line 99 "));
  const lines = received.trim().split("\n");
  console.log("written while away: 100, arrived:", lines.length, "from", lines[0].split(" .")[0]);
  process.exit();
})();
JS
node say.cjs >seen
diff - seen <<'SEEN'
written while away: 100, arrived: 9 from line 91
SEEN
echo "as described"
