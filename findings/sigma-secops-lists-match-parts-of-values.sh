#!/usr/bin/env bash
# pySigma-backend-secops 1.0.0: one value is compared as a whole, a list of the same values becomes a regular expression
# without anchors: `admin` in a list also matches `nonadmin`, and the number 6003 matches 160031.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check pysigma-backend-secops==1.0.0 pysigma==1.5.1
v/bin/python - >seen <<'PY'
from sigma.collection import SigmaCollection
from sigma.backends.secops import SecOpsBackend


def query(detection):
    rule = "title: t\nlogsource: {product: any}\ndetection:\n  s: " + detection + "\n  condition: s\n"
    return SecOpsBackend().convert(SigmaCollection.from_yaml(rule))[0]


print(query("{principal.user.userid: admin}"))
print(query("{principal.user.userid: [admin, root]}"))
print(query("{target.port: [6003, 3002]}"))
PY
diff - seen <<'SEEN'
principal.user.userid = "admin" nocase
principal.user.userid = /admin|root/ nocase
target.port = /6003|3002/ nocase
SEEN
echo "as described"
