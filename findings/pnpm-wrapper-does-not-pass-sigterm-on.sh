#!/usr/bin/env bash
# pnpm 12.21.0 as npm installs it: bin/pnpm.mjs starts the pnpm proper as a child and dies of SIGTERM without ending it,
# so that what `pnpm exec` runs goes on under nobody.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund pnpm@12.21.0
printf '#!/usr/bin/env node\nrequire("fs").writeFileSync("pid", String(process.pid));\nsetTimeout(() => {}, 60000);\n' >run.js
node node_modules/pnpm/bin/pnpm.mjs exec node run.js >/dev/null 2>&1 &
until [ -s pid ]; do sleep 0.1; done
kill -TERM $!
status=0
wait $! || status=$?
sleep 1
{
  echo "pnpm ended with $status"
  kill -0 "$(cat pid)" && echo "the program goes on"
} >seen
kill "$(cat pid)"
diff - seen <<'SEEN'
pnpm ended with 143
the program goes on
SEEN
echo "as described"
