#!/usr/bin/env bash
# pySigma-backend-datadog 0.3.1: `field: null`, "the field is not there", becomes a query that asks for the field to be
# there. `exists: true` gives the same last term, so the two cannot both be right.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check pysigma-backend-datadog==0.3.1 pysigma==0.11.23
v/bin/python - >seen <<'PY'
from sigma.collection import SigmaCollection
from sigma.backends.datadog import DatadogBackend


def query(detection):
    rule = "title: t\nlogsource: {product: any}\ndetection:\n  s: " + detection + "\n  condition: s\n"
    return DatadogBackend().convert(SigmaCollection.from_yaml(rule))[0]


print(query("{actor.user.uid: null}"))
print(query("{actor.user.uid|exists: true}"))
PY
diff - seen <<'SEEN'
-@actor.user.uid:[0* TO z*] AND @actor.user.uid:*
@actor.user.uid:*
SEEN
echo "as described"
