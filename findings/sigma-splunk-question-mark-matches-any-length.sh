#!/usr/bin/env bash
# pySigma-backend-splunk 2.1.0: `?`, exactly one character in Sigma, becomes `*`, any number of them; SPL has no
# wildcard for one. There is no warning, and `adm?n` and `adm*n` are the same search.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check pysigma-backend-splunk==2.1.0 pysigma==1.5.1
v/bin/python - >seen <<'PY'
from sigma.collection import SigmaCollection
from sigma.backends.splunk import SplunkBackend


def query(detection):
    rule = "title: t\nlogsource: {product: any}\ndetection:\n  s: " + detection + "\n  condition: s\n"
    return SplunkBackend().convert(SigmaCollection.from_yaml(rule))[0]


print(query("{user: 'adm?n'}"))
print(query("{user: 'adm*n'}"))
PY
diff - seen <<'SEEN'
user="adm*n"
user="adm*n"
SEEN
echo "as described"
