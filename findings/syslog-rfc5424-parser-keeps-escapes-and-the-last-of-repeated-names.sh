#!/usr/bin/env bash
# PyPI syslog-rfc5424-parser 0.3.2: the backslashes that RFC 5424 puts before quotes and brackets stay in the value; of
# a parameter name that occurs twice, which the RFC allows, the last value stays; nil is "-" for the host and None for
# the process.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check syslog-rfc5424-parser==0.3.2
v/bin/python - >seen <<'PY'
import json

from syslog_rfc5424_parser import SyslogMessage

line = '<134>1 2026-11-30T09:00:00Z - app - id [ex@32473 k="a\\]b" ip="192.0.2.1" ip="192.0.2.2"] text'
parsed = SyslogMessage.parse(line).as_dict()
print(json.dumps({name: parsed[name] for name in ("sd", "hostname", "procid")}))
PY
diff - seen <<'SEEN'
{"sd": {"ex@32473": {"k": "a\\]b", "ip": "192.0.2.2"}}, "hostname": "-", "procid": null}
SEEN
echo "as described"
