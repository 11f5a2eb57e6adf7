#!/usr/bin/env bash
# pySigma-backend-secops 1.0.0: a wildcard in the middle of a value becomes a regular expression that stands neither
# between quotes nor between slashes, so what comes out is no UDM query. A wildcard at an end is written between
# slashes.
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


print(query("{principal.user.userid: 'adm*n'}"))
print(query("{principal.user.userid: 'adm*'}"))
PY
diff - seen <<'SEEN'
principal.user.userid = adm.*n nocase
principal.user.userid = /^adm/ nocase
SEEN
echo "as described"
