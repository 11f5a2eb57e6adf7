#!/usr/bin/env bash
# npm pino-syslog 4.0.0: the first line whose `time` is text, as pino writes it with `stdTimeFunctions.isoTime`, ends the
# output. That line and all that follow are read and dropped, and the exit code is 0. One would expect the line to be written
# with that time, or an error.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund pino-syslog@4.0.0
cat >lines.ndjson <<'LINES'
{"level":30,"time":1790000000123,"pid":1,"hostname":"h","msg":"first"}
{"level":30,"time":"2026-09-21T14:13:21.500Z","pid":1,"hostname":"h","msg":"second"}
{"level":30,"time":1790000002123,"pid":1,"hostname":"h","msg":"third"}
LINES
{
  npx pino-syslog --newline <lines.ndjson
  echo "exit $?"
} >seen
diff - seen <<'SEEN'
<134>1 2026-09-21T14:13:20Z h - 1 - - {"level":30,"time":1790000000123,"pid":1,"hostname":"h","msg":"first"}
exit 0
SEEN
echo "as described"
