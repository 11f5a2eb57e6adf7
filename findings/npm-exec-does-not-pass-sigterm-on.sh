#!/usr/bin/env bash
# npm 11.19.1: `npx PROGRAM` and `npm exec` end at once on SIGTERM, and the program lives on as an orphan: the signal
# goes to the shell that npm puts between, Debian's dash, which passes nothing on. A supervisor that stops npx has
# stopped nothing.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund npm@11.19.1
mkdir program
echo '{"name":"lasting","version":"1.0.0","bin":"run.js"}' >program/package.json
printf '#!/usr/bin/env node\nrequire("fs").writeFileSync("pid", String(process.pid));\nsetTimeout(() => {}, 60000);\n' >program/run.js
chmod +x program/run.js
npm install --silent --no-audit --no-fund ./program
node node_modules/npm/bin/npm-cli.js exec lasting &
until [ -s pid ]; do sleep 0.1; done
kill -TERM $!
status=0
wait $! || status=$?
sleep 1
{
  echo "npm ended with $status"
  kill -0 "$(cat pid)" && echo "the program goes on"
} >seen
kill "$(cat pid)"
diff - seen <<'SEEN'
npm ended with 143
the program goes on
SEEN
echo "as described"
