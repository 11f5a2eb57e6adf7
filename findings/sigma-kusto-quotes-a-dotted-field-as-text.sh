#!/usr/bin/env bash
# pySigma-backend-kusto 1.0.1: a field with a dot, such as OCSF's `actor.user.name`, is put between single quotes. In
# KQL that is a string literal, so the query compares two constants and is never true. One would expect
# `['actor.user.name']` or the bare path, as its `cidr` writes it. A prefix gets the quotes twice.
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


print(query("{actor.user.name: alice}"))
print(query("{actor.user.name: ['alice', 'bob*']}"))
print(query("{src_endpoint.ip|cidr: 192.0.2.0/24}"))
PY
diff - seen <<'SEEN'
'actor.user.name' =~ "alice"
'actor.user.name' in~ ("alice") or ''actor.user.name'' startswith "bob"
ipv4_is_in_range(src_endpoint.ip, "192.0.2.0/24")
SEEN
echo "as described"
