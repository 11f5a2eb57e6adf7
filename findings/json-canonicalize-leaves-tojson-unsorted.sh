#!/usr/bin/env bash
# npm json-canonicalize 3.0.1: keys of what `toJSON` returns are not sorted, so that its output for such a value is not
# RFC 8785's canonical form, and a hash over it depends on the order of keys. `canonicalize` 4.0.0 sorts them.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund json-canonicalize@3.0.1 canonicalize@4.0.0
cat >run.mjs <<'JS'
import canonicalize from "canonicalize";
import { canonicalize as jsonCanonicalize } from "json-canonicalize";

const event = { actor: { toJSON: () => ({ z: 1, a: 2 }) } };
console.log("json-canonicalize", jsonCanonicalize(event));
console.log("canonicalize     ", canonicalize(event));
JS
node run.mjs >seen
diff - seen <<'SEEN'
json-canonicalize {"actor":{"z":1,"a":2}}
canonicalize      {"actor":{"a":2,"z":1}}
SEEN
echo "as described"
