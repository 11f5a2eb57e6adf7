#!/usr/bin/env bash
# pySigma-backend-crowdstrike 3.0.0: a keyword, and a value with `cased`, becomes a regular expression with the quotes
# of a string inside its slashes: only events that contain the quotes match.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check pysigma-backend-crowdstrike==3.0.0 pysigma==1.5.1
v/bin/python - >seen <<'PY'
from sigma.collection import SigmaCollection
from sigma.backends.crowdstrike import LogScaleBackend


def query(detection):
    rule = "title: t\nlogsource: {product: any}\ndetection:\n  s: " + detection + "\n  condition: s\n"
    return LogScaleBackend().convert(SigmaCollection.from_yaml(rule))[0]


print(query("['token revoked']"))
print(query("{message|contains|cased: Denied}"))
print(query("{message|contains: Denied}"))
PY
diff - seen <<'SEEN'
/"token revoked"/i
message=/"Denied"/
message=/Denied/i
SEEN
echo "as described"
