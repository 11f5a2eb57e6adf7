#!/usr/bin/env bash
# npm nsyslog-parser 0.10.1, CEF: at an escaped equals sign, as CEF demands it, the value is cut and the rest of the word is
# in no field at all: of `user\=root logged in` `=root` is lost and the backslash stays.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund nsyslog-parser@0.10.1
cat >run.cjs <<'JS'
const parse = require("nsyslog-parser");

for (const message of ["user root logged in", String.raw`user\=root logged in`]) {
  const line = `<34>Oct 11 22:14:15 host CEF:0|Vendor|Product|1.0|100|n|5|src=192.0.2.1 msg=${message} act=ok`;
  console.log(JSON.stringify(parse(line).fields));
}
JS
node run.cjs >seen
diff - seen <<'SEEN'
{"src":"192.0.2.1","msg":"user root logged in","act":"ok"}
{"src":"192.0.2.1","msg":"user\\ logged in","act":"ok"}
SEEN
echo "as described"
