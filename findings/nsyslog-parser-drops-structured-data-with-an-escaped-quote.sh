#!/usr/bin/env bash
# npm nsyslog-parser 0.10.1: structured data in which a value has an escaped quote, as RFC 5424 section 6.3.3 demands
# it, is not recognised: it becomes the beginning of the message. An escaped bracket is recognised, and keeps its
# backslash.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund nsyslog-parser@0.10.1
cat >run.mjs <<'JS'
import parse from "nsyslog-parser";

for (const value of ["a", "a\\]b", 'a\\"b']) {
  const { structuredData, message } = parse(`<134>1 2026-11-30T09:00:00Z host app 1 id [ex@32473 k="${value}"] text`);
  console.log(JSON.stringify({ structuredData, message }));
}
JS
node run.mjs >seen
diff - seen <<'SEEN'
{"structuredData":[{"$id":"ex@32473","k":"a"}],"message":"text"}
{"structuredData":[{"$id":"ex@32473","k":"a\\]b"}],"message":"text"}
{"structuredData":[],"message":"[ex@32473 k=\"a\\\"b\"] text"}
SEEN
echo "as described"
