#!/usr/bin/env bash
# npm nsyslog-parser 0.10.1: RFC 5424's nil timestamp `-` becomes the moment of parsing, so that an event without a time
# looks as if it had one; the other nil fields stay "-" as text.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund nsyslog-parser@0.10.1
cat >run.mjs <<'JS'
import parse from "nsyslog-parser";

const before = Date.now();
const { ts, host } = parse("<134>1 - - - - - - text");
console.log("time is now:", ts.getTime() >= before && ts.getTime() <= Date.now(), "host:", JSON.stringify(host));
JS
node run.mjs >seen
diff - seen <<'SEEN'
time is now: true host: "-"
SEEN
echo "as described"
