#!/usr/bin/env bash
# npm @marcbachmann/cel-js 8.0.0: `size` of a bytes literal counts its characters: CEL encodes a bytes literal as UTF-8,
# so that b'é' has two bytes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @marcbachmann/cel-js@8.0.0
cat >run.mjs <<'JS'
import { evaluate } from "@marcbachmann/cel-js";

console.log("size(b'é') is", String(evaluate("size(b'é')")), "and has", Buffer.byteLength("é"), "bytes as UTF-8");
JS
node run.mjs >seen
diff - seen <<'SEEN'
size(b'é') is 1 and has 2 bytes as UTF-8
SEEN
echo "as described"
