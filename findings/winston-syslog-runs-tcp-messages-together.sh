#!/usr/bin/env bash
# npm winston-syslog 2.7.1 with winston 3.19.0, `protocol: "tcp4"`, `type: "5424"`: there is neither an octet count nor
# a line feed between messages, so a receiver on TCP cannot tell where one ends. RFC 6587 knows just these two framings.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund winston-syslog@2.7.1 winston@3.19.0
cat >run.mjs <<'JS'
import { once } from "node:events";
import net from "node:net";
import { setTimeout } from "node:timers/promises";
import winston from "winston";
import "winston-syslog";

let received = "";
const server = net.createServer((socket) => socket.on("data", (bytes) => (received += bytes))).listen(0, "127.0.0.1");
await once(server, "listening");
const transport = new winston.transports.Syslog({
  host: "127.0.0.1",
  port: server.address().port,
  protocol: "tcp4",
  type: "5424",
  app_name: "app",
  localhost: "host",
});
const logger = winston.createLogger({ levels: winston.config.syslog.levels, transports: [transport] });
logger.info("one");
logger.info("two");
await setTimeout(1500);
console.log("messages", received.split("<134>").length - 1, "line feeds", received.split("\n").length - 1);
console.log(/^\d+ </.test(received) ? "counted" : "not counted", JSON.stringify(received.match(/"one".<\d+>1/)?.[0]));
process.exit(0);
JS
node run.mjs >seen
diff - seen <<'SEEN'
messages 2 line feeds 0
not counted "\"one\"}<134>1"
SEEN
echo "as described"
