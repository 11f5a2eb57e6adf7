#!/usr/bin/env bash
# npm canonical-json 0.4.0: keys are sorted, but keys of digits come in the order of their numbers, 9 before 10, and before
# all others, as JavaScript lists them; canonicalize 5.1.0 (RFC 8785) and Python's `sort_keys` write 10 before 9. Hashes of
# an object keyed by port or by identifier differ between the two.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund canonical-json@0.4.0 canonicalize@5.1.0
cat >run.mjs <<'JS'
import canonicalJson from "canonical-json";
import canonicalize from "canonicalize";

const ports = { 9: "discard", 443: "https", 80: "http", "-": "none" };
console.log("canonical-json", canonicalJson(ports));
console.log("canonicalize  ", canonicalize(ports));
JS
{
  node run.mjs
  python3 -c 'import json
ports = {"9": "discard", "443": "https", "80": "http", "-": "none"}
print("Python         " + json.dumps(ports, sort_keys=True, separators=(",", ":")))'
} >seen
diff - seen <<'SEEN'
canonical-json {"9":"discard","80":"http","443":"https","-":"none"}
canonicalize   {"-":"none","443":"https","80":"http","9":"discard"}
Python         {"-":"none","443":"https","80":"http","9":"discard"}
SEEN
echo "as described"
