#!/usr/bin/env bash
# npm ndjson 2.0.0: a line that is `null`, valid JSON and valid NDJSON, ends the stream, for an object stream of Node
# reads null as its end. What stands before it has been emitted, what stands after it is lost in an error about the
# stream.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund ndjson@2.0.0
cat >run.mjs <<'JS'
import { Readable } from "node:stream";
import ndjson from "ndjson";

const seen = [];
Readable.from([Buffer.from('{"a":1}\nnull\n{"a":2}\n')])
  .pipe(ndjson.parse())
  .on("data", (value) => seen.push(value))
  .on("error", (error) => console.log("error:", error.message, "seen:", JSON.stringify(seen)))
  .on("end", () => console.log("end, seen:", JSON.stringify(seen)));
JS
node run.mjs >seen
diff - seen <<'SEEN'
error: stream.push() after EOF seen: [{"a":1}]
end, seen: [{"a":1}]
SEEN
echo "as described"
