#!/usr/bin/env bash
# npm json-canon 1.0.1 (JSON Canonicalization Scheme, RFC 8785): a member that is undefined and sorts first leaves its comma
# behind, and a member that is a function is written as `undefined`. Neither text is JSON. JSON.stringify and other
# canonicalisers leave such members out.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund json-canon@1.0.1 canonicalize@5.1.0
cat >run.mjs <<'JS'
import canonicalize from "canonicalize";
import canonify from "json-canon";

for (const value of [{ a: undefined, b: 1 }, { a: 1, b: undefined }, { a: 1, f() {} }])
  console.log(canonicalize(value), "|", canonify(value));
JS
node run.mjs >seen
diff - seen <<'SEEN'
{"b":1} | {,"b":1}
{"a":1} | {"a":1}
{"a":1} | {"a":1,"f":undefined}
SEEN
echo "as described"
