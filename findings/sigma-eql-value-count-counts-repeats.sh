#!/usr/bin/env bash
# pySigma-backend-elasticsearch 2.1.1, EQL: a `value_count` correlation (so many different addresses of one user)
# becomes a sequence joined by user and by address with `runs`: so many events from the **same** address. The ES|QL
# backend of the same package counts distinct values.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check pysigma-backend-elasticsearch==2.1.1 pysigma==1.5.1
v/bin/python - >seen <<'PY'
from sigma.backends.elasticsearch import EqlBackend, ESQLBackend
from sigma.collection import SigmaCollection

RULES = """
title: failed login
name: failed
logsource: {product: any}
detection:
  s: {class_uid: 3002}
  condition: s
---
title: many addresses
correlation:
  type: value_count
  rules: [failed]
  group-by: [user]
  timespan: 10m
  condition: {field: ip, gte: 3}
"""
for backend in (EqlBackend, ESQLBackend):
    print(backend.__name__)
    print("\n".join(line.strip() for line in backend().convert(SigmaCollection.from_yaml(RULES))[0].splitlines()))
PY
diff - seen <<'SEEN'
EqlBackend
sequence by user with maxspan=10m
[any where class_uid:3002] by ip with runs=3
ESQLBackend
from * metadata _id, _index, _version | where class_uid==3002
| eval timebucket=date_trunc(10minutes, @timestamp) | stats value_count=count_distinct(ip) by timebucket, user
| where value_count >= 3
SEEN
echo "as described"
