#!/usr/bin/env bash
# pySigma-backend-kusto 1.0.1: one number is compared as a number, a list of numbers becomes a list of strings, which a
# column of type int or long does not compare with.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check pysigma-backend-kusto==1.0.1 pysigma==1.5.1
v/bin/python - >seen <<'PY'
from sigma.collection import SigmaCollection
from sigma.backends.kusto import KustoBackend


def query(detection):
    rule = "title: t\nlogsource: {product: any}\ndetection:\n  s: " + detection + "\n  condition: s\n"
    return KustoBackend().convert(SigmaCollection.from_yaml(rule))[0]


print(query("{class_uid: 6003}"))
print(query("{class_uid: [6003, 3002]}"))
PY
diff - seen <<'SEEN'
class_uid == 6003
class_uid in~ ("6003", "3002")
SEEN
echo "as described"
