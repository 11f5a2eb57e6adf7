#!/usr/bin/env bash
# pySigma-backend-qradar-aql 0.3.2: `_` and `%` in a value are left as they are, and are wildcards of LIKE: `api_key`
# also finds `api-key` and `apiXkey`. Sigma's own `?` becomes `_`, so the two cannot be told apart any more.
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


print(query("{message|contains: 'api_key'}"))
print(query("{message|contains: 'api?key'}"))
print(query("{message|contains: '100%'}"))
PY
diff - seen <<'SEEN'
SELECT * FROM events WHERE LOWER(message) LIKE '%api_key%'
SELECT * FROM events WHERE LOWER(message) LIKE '%api_key%'
SELECT * FROM events WHERE message LIKE '%100%%'
SEEN
echo "as described"
