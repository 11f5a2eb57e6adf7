#!/usr/bin/env bash
# pySigma-backend-datadog 0.3.1: a keyword without a field, which searches the whole event in Sigma, becomes a search in
# an attribute whose name is `None`, Python's null. It converts without a warning and finds nothing.
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


print(query("['access denied', 'token revoked']"))
PY
diff - seen <<'SEEN'
@None:access\ denied OR @None:token\ revoked
SEEN
echo "as described"
