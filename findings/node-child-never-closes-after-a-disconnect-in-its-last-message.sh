#!/usr/bin/env bash
# Node 20.20.2 and 24.11.1: a parent that calls `disconnect()` inside the handler of its forked child's last message sees
# `disconnect` and `exit`, never `close`, although the child is gone and its streams have ended; without the call `close`
# comes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo 'process.send("done");' >child.cjs
cat >run.mjs <<'JS'
import { fork } from "node:child_process";

const disconnects = process.argv[2] === "disconnect";
const child = fork("child.cjs", { stdio: ["ignore", "pipe", "pipe", "ipc"] });
const events = new Set();
for (const stream of [child.stdout, child.stderr]) stream.resume().on("end", () => events.add("end"));
for (const name of ["disconnect", "exit", "close"]) child.on(name, () => events.add(name));
child.on("message", () => disconnects && child.disconnect());
setTimeout(() => {
  console.log(process.argv[2], [...events].sort().join(" "));
  process.exit();
}, 3000);
JS
for version in 20.20.2 24.11.1; do
  mkdir "$version"
  (cd "$version" && npm init -y >/dev/null && npm install --silent --no-audit --no-fund "node@$version")
  "$version/node_modules/node/bin/node" --version
  "$version/node_modules/node/bin/node" run.mjs leave
  "$version/node_modules/node/bin/node" run.mjs disconnect
done >seen
diff - seen <<'SEEN'
v20.20.2
leave close disconnect end exit
disconnect disconnect end exit
v24.11.1
leave close disconnect end exit
disconnect disconnect end exit
SEEN
echo "as described"
