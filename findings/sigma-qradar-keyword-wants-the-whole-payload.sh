#!/usr/bin/env bash
# pySigma-backend-qradar-aql 0.3.2 (and qradar-community 0.4.0 alike): a keyword becomes `LIKE` without a percent sign,
# which compares the whole payload with the word. Sigma's keyword means "somewhere in the event"; a field with
# `contains` is written with percent signs.
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


print(query("['token revoked']"))
print(query("{message|contains: 'token revoked'}"))
PY
diff - seen <<'SEEN'
SELECT * FROM events WHERE LOWER(UTF8(payload)) LIKE 'token revoked'
SELECT * FROM events WHERE LOWER(message) LIKE '%token revoked%'
SEEN
echo "as described"
