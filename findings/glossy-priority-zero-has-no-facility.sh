#!/usr/bin/env bash
# npm glossy 0.1.7: `<0>`, an emergency of the kernel, is parsed without facility and severity, as if it had no
# priority; `<1>` has both.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund glossy@0.1.7
cat >run.mjs <<'JS'
import { createRequire } from "node:module";

const { Parse } = createRequire(import.meta.url)("glossy");
for (const priority of [0, 1]) {
  Parse.parse(`<${priority}>1 2026-11-30T09:00:00Z host app 1 id - text`, ({ prival, facility, severity }) =>
    console.log(JSON.stringify({ prival, facility, severity })),
  );
}
JS
node run.mjs >seen
diff - seen <<'SEEN'
{"prival":0}
{"prival":1,"facility":"kern","severity":"alert"}
SEEN
echo "as described"
