#!/usr/bin/env bash
# pySigma 1.5.1: expands a CIDR into wildcards for SIEMs without ranges. The first pattern of 2001:db8::/33 is
# `2001:db8:*`, which is all of the /32: an address of the other half matches.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check pysigma==1.5.1
v/bin/python - >seen <<'PY'
from fnmatch import fnmatch
from ipaddress import ip_address, ip_network

from sigma.types import SigmaCIDRExpression

patterns = SigmaCIDRExpression("2001:db8::/33").expand("*")
print(patterns)
other = "2001:db8:8000::1"
print(ip_address(other) in ip_network("2001:db8::/33"), any(fnmatch(other, pattern) for pattern in patterns))
PY
diff - seen <<'SEEN'
['2001:db8:*', '2001:db8:1*', '2001:db8:2*', '2001:db8:3*', '2001:db8:4*', '2001:db8:5*', '2001:db8:6*', '2001:db8:7*']
False True
SEEN
echo "as described"
