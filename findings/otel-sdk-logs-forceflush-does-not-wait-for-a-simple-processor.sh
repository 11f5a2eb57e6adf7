#!/usr/bin/env bash
# npm @opentelemetry/sdk-logs 0.223.1: `forceFlush()` with a SimpleLogRecordProcessor resolves while the export of a record
# emitted before it is still under way; with a BatchLogRecordProcessor it waits. A program that ends after it loses the
# record.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @opentelemetry/sdk-logs@0.223.1 @opentelemetry/api@1.9.1
cat >run.mjs <<'JS'
import { BatchLogRecordProcessor, LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";

for (const Processor of [SimpleLogRecordProcessor, BatchLogRecordProcessor]) {
  let exported = 0;
  const exporter = {
    export(records, done) {
      setTimeout(() => {
        exported += records.length;
        done({ code: 0 });
      }, 300);
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const provider = new LoggerProvider({ processors: [new Processor({ exporter })] });
  provider.getLogger("t").emit({ body: "one" });
  await provider.forceFlush();
  console.log(Processor.name, "exported when forceFlush resolved:", exported);
}
JS
node run.mjs >seen
diff - seen <<'SEEN'
SimpleLogRecordProcessor exported when forceFlush resolved: 0
BatchLogRecordProcessor exported when forceFlush resolved: 1
SEEN
echo "as described"
