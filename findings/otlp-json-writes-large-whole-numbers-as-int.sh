#!/usr/bin/env bash
# npm @opentelemetry/otlp-transformer 0.223.1: a whole number beyond 64 bits, such as 1e300, is `intValue` in OTLP's
# JSON, as a JSON number, which no int64 holds; the protobuf serialiser of the same package writes it as a double (field
# 4, tag 0x21).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @opentelemetry/otlp-transformer@0.223.1 @opentelemetry/api@1.9.1
cat >run.mjs <<'JS'
import { JsonLogsSerializer, ProtobufLogsSerializer } from "@opentelemetry/otlp-transformer";

const record = (v) => ({
  hrTime: [0, 0],
  hrTimeObserved: [0, 0],
  attributes: { v },
  resource: { attributes: {}, asyncAttributesPending: false },
  instrumentationScope: { name: "s" },
});
for (const v of [1e15, 1e300]) {
  const json = JSON.parse(Buffer.from(JsonLogsSerializer.serializeRequest([record(v)])).toString());
  const bytes = Buffer.from(ProtobufLogsSerializer.serializeRequest([record(v)])).toString("hex");
  const tag = bytes.match(/0a017612[0-9a-f]{2}([0-9a-f]{2})/)[1];
  console.log(v, JSON.stringify(json.resourceLogs[0].scopeLogs[0].logRecords[0].attributes[0].value), "protobuf tag", tag);
}
JS
node run.mjs >seen
diff - seen <<'SEEN'
1000000000000000 {"intValue":1000000000000000} protobuf tag 18
1e+300 {"intValue":1e+300} protobuf tag 21
SEEN
echo "as described"
