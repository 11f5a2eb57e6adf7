#!/usr/bin/env bash
# npm liqe 3.8.7 (Lucene-like filters on objects): AND binds no tighter than OR: `a OR b AND c` is `(a OR b) AND c`, whichever
# comes first is done first. And a field compared with the empty text finds no object whose field is empty.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund liqe@3.8.7
cat >run.mjs <<'JS'
import { parse, test } from "liqe";

const event = { user: "alice", severity: 1, note: "" };
for (const query of [
  "user:alice OR user:bob AND severity:10",
  "user:alice OR (user:bob AND severity:10)",
  "severity:10 AND user:bob OR user:alice",
  'note:""',
])
  console.log(query, "=>", test(parse(query), event));
JS
node run.mjs >seen
diff - seen <<'SEEN'
user:alice OR user:bob AND severity:10 => false
user:alice OR (user:bob AND severity:10) => true
severity:10 AND user:bob OR user:alice => true
note:"" => false
SEEN
echo "as described"
