#!/usr/bin/env bash
# PyPI ecs-logging 2.3.0: labels with dots in their names become nested objects, which ECS rules out: labels are keywords under
# one object. A label "app" beside another "app.tier" cannot be written at all.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check ecs-logging==2.3.0
v/bin/python - >seen <<'PY'
import json
import logging
import ecs_logging

formatter = ecs_logging.StdlibFormatter()
for labels in ({"app": "shop"}, {"app.tier": "web"}, {"app": "shop", "app.tier": "web"}):
    record = logging.LogRecord("t", logging.INFO, "t.py", 1, "text", (), None)
    record.labels = labels
    try:
        print(labels, "->", json.loads(formatter.format(record))["labels"])
    except TypeError as error:
        print(labels, "->", str(error).split(":")[0])
PY
diff - seen <<'SEEN'
{'app': 'shop'} -> {'app': 'shop'}
{'app.tier': 'web'} -> {'app': {'tier': 'web'}}
{'app': 'shop', 'app.tier': 'web'} -> Type mismatch at key `app`
SEEN
echo "as described"
