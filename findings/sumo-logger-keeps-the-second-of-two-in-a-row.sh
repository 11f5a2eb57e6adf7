#!/usr/bin/env bash
# npm sumo-logger 2.8.1, Sumo Logic's own, with its defaults (no batch, no interval): what is logged while a request is under way waits
# for the next call of log, however long that takes. `log` returns false for it, which it also does for input that it refuses.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund sumo-logger@2.8.1
cat >say.cjs <<'JS'
const http = require("node:http");
const SumoLogger = require("sumo-logger");

const received = [];
const server = http.createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  received.push(body.split("\n").map((line) => JSON.parse(line).msg));
  response.end("{}");
});
server.listen(0, "127.0.0.1", async () => {
  const logger = new SumoLogger({ endpoint: `http://127.0.0.1:${server.address().port}` });
  const first = logger.log("first");
  console.log("second:", logger.log("second"));
  await first;
  await new Promise((resolve) => setTimeout(resolve, 2000));
  console.log("after two seconds:", JSON.stringify(received));
  await logger.log("third");
  console.log("after a third:", JSON.stringify(received));
  process.exit();
});
JS
node say.cjs >seen
diff - seen <<'SEEN'
second: false
after two seconds: [["first"]]
after a third: [["first"],["second","third"]]
SEEN
echo "as described"
