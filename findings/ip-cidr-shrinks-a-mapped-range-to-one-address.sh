#!/usr/bin/env bash
# npm ip-cidr 4.0.2: an IPv4-mapped range, ::ffff:10.0.0.0/104 (all of 10.0.0.0/8), is read as one address: the prefix
# is counted over 32 bits after the unwrapping, and 104 is more than there are.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund ip-cidr@4.0.2
cat >run.mjs <<'JS'
import IPCIDR from "ip-cidr";

for (const range of ["10.0.0.0/8", "::ffff:10.0.0.0/104"]) {
  const cidr = new IPCIDR(range);
  console.log(range, cidr.start(), cidr.end(), cidr.contains("10.9.9.9"));
}
JS
node run.mjs >seen
diff - seen <<'SEEN'
10.0.0.0/8 10.0.0.0 10.255.255.255 true
::ffff:10.0.0.0/104 10.0.0.0 10.0.0.0 false
SEEN
echo "as described"
