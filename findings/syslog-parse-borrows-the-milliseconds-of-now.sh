#!/usr/bin/env bash
# npm syslog-parse 2.0.0: an RFC 3164 time has whole seconds; the date that comes back has the milliseconds of the
# moment of parsing, so that the same line has another time each time it is parsed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund syslog-parse@2.0.0
cat >run.mjs <<'JS'
import { setTimeout } from "node:timers/promises";
import * as module from "syslog-parse";

const parse = module.parse ?? module.default?.parse ?? module.default?.default ?? module.default;
const seen = new Set();
for (let round = 0; round < 20; round++) {
  seen.add(parse("<134>Nov 30 09:00:00 host app[12]: hi").time.getMilliseconds());
  await setTimeout(3);
}
console.log("one line, parsed 20 times, more than 3 different times:", seen.size > 3);
JS
node run.mjs >seen
diff - seen <<'SEEN'
one line, parsed 20 times, more than 3 different times: true
SEEN
echo "as described"
