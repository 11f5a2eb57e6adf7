#!/usr/bin/env bash
# pySigma-backend-elasticsearch 2.1.1, EQL: `contains` uses the `:` operator, which knows wildcards; with `cased` it
# becomes `==`, which knows none, but the asterisks stay: only a value that begins and ends with an asterisk is equal.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check pysigma-backend-elasticsearch==2.1.1 pysigma==1.5.1
v/bin/python - >seen <<'PY'
from sigma.collection import SigmaCollection
from sigma.backends.elasticsearch import EqlBackend


def query(detection):
    rule = "title: t\nlogsource: {product: any}\ndetection:\n  s: " + detection + "\n  condition: s\n"
    return EqlBackend().convert(SigmaCollection.from_yaml(rule))[0]


print(query("{message|contains: Denied}"))
print(query("{message|contains|cased: Denied}"))
PY
diff - seen <<'SEEN'
any where message:"*Denied*"
any where message == "*Denied*"
SEEN
echo "as described"
