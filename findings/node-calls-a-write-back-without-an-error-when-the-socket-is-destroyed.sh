#!/usr/bin/env bash
# Node 20.20.2 and 24.11.1 (npm's node package): the callback of a `socket.write` that is still pending when the socket
# is destroyed is called without an error in the former, as if the system had taken the bytes, and with ECANCELED in the
# latter. Code for both must look at `destroyed` as well.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
cat >run.cjs <<'JS'
const net = require("node:net");
const server = net.createServer((socket) => socket.pause());
server.listen(0, "127.0.0.1", () => {
  const socket = net.connect(server.address().port, "127.0.0.1", () => {
    socket.write(Buffer.alloc(64e6), (error) => {
      console.log(process.version, "error:", error?.code ?? "none", "destroyed:", socket.destroyed);
      process.exit(0);
    });
    setTimeout(() => socket.destroy(), 300);
  });
});
JS
for version in 20.20.2 24.11.1; do
  npm install --silent --no-audit --no-fund "node@$version"
  node_modules/.bin/node run.cjs
done >seen
diff - seen <<'SEEN'
v20.20.2 error: none destroyed: true
v24.11.1 error: ECANCELED destroyed: true
SEEN
echo "as described"
