#!/usr/bin/env bash
# npm @logtape/syslog 1.3.10: a property's value is escaped, its key is written as it is. A key with a space, an equals
# sign or a bracket (valid as a property of a log record) makes structured data that RFC 5424 readers refuse; a nested
# object is `[object Object]`.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @logtape/syslog@1.3.10
cat >run.mjs <<'JS'
import { once } from "node:events";
import net from "node:net";
import { setTimeout } from "node:timers/promises";
import { getSyslogSink } from "@logtape/syslog";

let received = "";
const server = net.createServer((socket) => socket.on("data", (bytes) => (received += bytes))).listen(0, "127.0.0.1");
await once(server, "listening");
const sink = getSyslogSink({ hostname: "127.0.0.1", port: server.address().port, protocol: "tcp", includeStructuredData: true });
const properties = { "team name": "soc", "a=b": 1, deep: { x: 1 } };
sink({ category: ["c"], level: "info", message: ["m"], rawMessage: "m", timestamp: 0, properties });
await setTimeout(1000);
console.log(received.match(/\[logtape.*\]/)?.[0]);
process.exit(0);
JS
node run.mjs >seen
diff - seen <<'SEEN'
[logtape@32473 team name="soc" a=b="1" deep="[object Object\]"]
SEEN
echo "as described"
