#!/usr/bin/env bash
# PyPI pytricia 1.3.0: a table of 128 bits keeps IPv4 prefixes at the front of the same bits as IPv6 ones, so that an IPv4
# address is told the owner of the IPv6 network that begins with the same 32 bits. One table for each family helps.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check pytricia==1.3.0
v/bin/python - >seen <<'PY'
import pytricia

owners = pytricia.PyTricia(128)
owners["2001:db8::/32"] = "branch office"
print("2001:db8::1", owners.get("2001:db8::1"))
print("32.1.13.184", owners.get("32.1.13.184"))
owners["192.0.2.0/24"] = "data centre"
print("192.0.2.1", owners.get("192.0.2.1"), "| ::ffff:192.0.2.1", owners.get("::ffff:192.0.2.1"), "| c000:201::", owners.get("c000:201::"))
PY
diff - seen <<'SEEN'
2001:db8::1 branch office
32.1.13.184 branch office
192.0.2.1 data centre | ::ffff:192.0.2.1 None | c000:201:: data centre
SEEN
echo "as described"
