#!/usr/bin/env bash
# npm winston-elasticsearch 0.19.0: when one document of a bulk request is refused (429) and its neighbour stored (201), the
# next request holds both again, under no id, so that the stored one is stored twice, once per attempt. One would expect the
# refused one alone.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund winston-elasticsearch@0.19.0 winston@3.19.0
cat >run.mjs <<'JS'
import { createServer } from "node:http";
import { once } from "node:events";
import winston from "winston";
import { ElasticsearchTransport } from "winston-elasticsearch";

console.error = () => {};
const requests = [];
const server = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  response.setHeader("x-elastic-product", "Elasticsearch").setHeader("content-type", "application/json");
  if (!request.url.includes("_bulk")) return response.end(JSON.stringify({ version: { number: "8.19.0" }, status: "green" }));
  const documents = body.trim().split("\n").filter((_, index) => index % 2 === 1).map((line) => JSON.parse(line).message);
  requests.push(documents);
  const refused = documents.length > 1 && requests.filter(({ length }) => length > 1).length === 1;
  const items = documents.map((_, index) =>
    ({ index: refused && index === 0 ? { status: 429, error: { type: "es_rejected_execution_exception", reason: "busy" } } : { status: 201 } }));
  response.end(JSON.stringify({ took: 1, errors: refused, items }));
  server.emit(requests.length === 1 ? "first" : refused ? "refused" : "done");
});
await once(server.listen(0, "127.0.0.1"), "listening");
const transport = new ElasticsearchTransport({ flushInterval: 500, clientOpts: { node: `http://127.0.0.1:${server.address().port}` } });
const logger = winston.createLogger({ transports: [transport] });
logger.info("before");
await once(server, "first");
logger.info("one");
logger.info("two");
await once(server, "done");
for (const documents of requests.filter(({ length }) => length > 1)) console.log(documents.sort().join(", "));
process.exit();
JS
timeout 60 node run.mjs | head -5 >seen
diff - seen <<'SEEN'
one, two
one, two
SEEN
echo "as described"
