#!/usr/bin/env bash
# npm pino-syslog 4.0.0: a level by its name, as pino writes it with `formatters.level`, and a level of one's own that is not
# among `customLevels`, give the priority `<NaN>`, which no syslog receiver reads. One would expect the severity of that name,
# and some severity for the other.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund pino-syslog@4.0.0
cat >lines.ndjson <<'LINES'
{"level":50,"time":1790000000123,"pid":1,"hostname":"h","msg":"by number"}
{"level":"error","time":1790000000123,"pid":1,"hostname":"h","msg":"by name"}
{"level":35,"time":1790000000123,"pid":1,"hostname":"h","msg":"between"}
LINES
npx pino-syslog --newline <lines.ndjson | cut -d' ' -f1 >seen
diff - seen <<'SEEN'
<131>1
<NaN>1
<NaN>1
SEEN
echo "as described"
