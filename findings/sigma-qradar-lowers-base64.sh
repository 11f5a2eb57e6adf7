#!/usr/bin/env bash
# pySigma-backend-qradar-aql 0.3.2: `base64offset` values are lowered as all others are, since LIKE is written over
# LOWER(field). In base64 the case carries the data: two different words have the same query.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check pysigma-backend-qradar-aql==0.3.2 pysigma==0.11.23
v/bin/python - >seen <<'PY'
from sigma.collection import SigmaCollection
from sigma.backends.QRadarAQL import QRadarAQLBackend


def query(detection):
    rule = "title: t\nlogsource: {product: any}\ndetection:\n  s: " + detection + "\n  condition: s\n"
    return QRadarAQLBackend().convert(SigmaCollection.from_yaml(rule))[0]


import base64
print(query("{message|base64offset|contains: hello}"))
print(base64.b64encode(b"hello")[:6], base64.b64decode(b"agvsbg=="))
PY
diff - seen <<'SEEN'
SELECT * FROM events WHERE LOWER(message) LIKE '%agvsbg%' OR LOWER(message) LIKE '%hlbgxv%' OR LOWER(message) LIKE '%ozwxsb%'
b'aGVsbG' b'j\x0b\xecn'
SEEN
echo "as described"
