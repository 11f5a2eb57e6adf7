#!/usr/bin/env bash
# pySigma-backend-loki 0.15.1: dots of field names become underscores, as LogQL's labels want them, but not with the
# `cidr` modifier: one rule then asks for `src_endpoint_ip` and for `src_endpoint.ip`.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check pysigma-backend-loki==0.15.1 pysigma==1.5.1
v/bin/python - >seen <<'PY'
from sigma.collection import SigmaCollection
from sigma.backends.loki import LogQLBackend


def query(detection):
    rule = "title: t\nlogsource: {product: any}\ndetection:\n  s: " + detection + "\n  condition: s\n"
    return LogQLBackend().convert(SigmaCollection.from_yaml(rule))[0]


print(query("{src_endpoint.ip: 192.0.2.1}"))
print(query("{src_endpoint.ip|cidr: 192.0.2.0/24}"))
PY
diff - seen <<'SEEN'
{job=~".+"} | logfmt | src_endpoint_ip=~`(?i)^192\.0\.2\.1$`
{job=~".+"} | logfmt | src_endpoint.ip=ip("192.0.2.0/24")
SEEN
echo "as described"
