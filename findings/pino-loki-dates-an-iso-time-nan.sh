#!/usr/bin/env bash
# npm pino-loki 3.0.0 with pino 10.4.0: a line whose time is text (`stdTimeFunctions.isoTime`) is pushed with the timestamp
# "NaN". Loki's push API takes nanoseconds since 1970 as digits there. A time in milliseconds is converted.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund pino-loki@3.0.0 pino@10.4.0
cat >run.mjs <<'JS'
import { createServer } from "node:http";
import { once } from "node:events";
import pino from "pino";

const pushed = [];
const server = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  pushed.push(...JSON.parse(body).streams.flatMap(({ values }) => values));
  response.writeHead(204).end();
  server.emit("pushed");
});
await once(server.listen(0, "127.0.0.1"), "listening");
const options = { batching: false, host: `http://127.0.0.1:${server.address().port}` };

async function timeOf(settings) {
  const transport = pino.transport({ target: "pino-loki", options });
  const arrived = once(server, "pushed");
  pino(settings, transport).info("x");
  await arrived;
  return pushed.at(-1)[0].replace(/\d{19}/, "19 digits");
}

console.log("milliseconds:", await timeOf({}));
console.log("iso text:", await timeOf({ timestamp: pino.stdTimeFunctions.isoTime }));
process.exit();
JS
node run.mjs >seen
diff - seen <<'SEEN'
milliseconds: 19 digits
iso text: NaN
SEEN
echo "as described"
