#!/usr/bin/env bash
# npm splunk-logging 0.11.1: `metadata.fields`, HEC's indexed fields, are left out without a word; `host`, `source`,
# `sourcetype`, `index` and `time` of the same object are sent.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund splunk-logging@0.11.1
cat >run.mjs <<'JS'
import { createServer } from "node:http";
import splunk from "splunk-logging";

const server = createServer(async (request, response) => {
  let body = "";
  for await (const part of request) body += part;
  console.log(body);
  response.end('{"text":"Success","code":0}');
});
server.listen(0, "127.0.0.1", () => {
  const logger = new splunk.Logger({ token: "token", url: `http://127.0.0.1:${server.address().port}` });
  const metadata = { host: "h", source: "s", sourcetype: "t", index: "i", time: 1700000000.5, fields: { user: "ann" } };
  logger.send({ message: { action: "login" }, metadata }, (error) => {
    console.log("error:", error);
    process.exit();
  });
});
JS
node run.mjs >seen
diff - seen <<'SEEN'
{"time":"1700000000.500","host":"h","source":"s","sourcetype":"t","index":"i","event":{"message":{"action":"login"},"severity":"info"}}
error: null
SEEN
echo "as described"
