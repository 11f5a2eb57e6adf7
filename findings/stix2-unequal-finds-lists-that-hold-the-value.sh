#!/usr/bin/env bash
# PyPI stix2 3.0.2, filters of a store: on a list, `!=` asks whether **any** element differs, so that an object labelled
# `test` and `x` is found for `labels = test` and for `labels != test`; and an object without the property is found for
# neither, so that "all that are not labelled test" finds the labelled one and leaves the unlabelled out.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check stix2==3.0.2
cat >run.py <<'PY'
from stix2 import Filter, MemoryStore
from stix2.v21 import Indicator

CASES = {"both": ["test", "x"], "test": ["test"], "x": ["x"], "none": None}
store = MemoryStore()
for name, labels in CASES.items():
    extra = {"labels": labels} if labels else {}
    pattern = "[ipv4-addr:value = '192.0.2.1']"
    store.add(Indicator(name=name, pattern=pattern, pattern_type="stix", valid_from="2026-01-01T00:00:00Z", **extra))
for operation in ("=", "!="):
    print("labels", operation, "test", sorted(found.name for found in store.query([Filter("labels", operation, "test")])))
PY
v/bin/python run.py >seen
diff - seen <<'SEEN'
labels = test ['both', 'test']
labels != test ['both', 'x']
SEEN
echo "as described"
