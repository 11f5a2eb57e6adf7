#!/usr/bin/env bash
# PyPI jc 1.26.1, syslog (RFC 5424): a time in UTC without a fraction of a second has no epoch at all, one with a fraction
# has; RFC 5424 leaves the fraction to the sender. A time with an offset has one that leaves the offset out.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check jc==1.26.1
v/bin/python - >seen <<'PY'
import os
import time

os.environ["TZ"] = "UTC"
time.tzset()
import jc

for moment in ["2026-12-01T00:00:00.5Z", "2026-12-01T00:00:00Z", "2026-12-01T05:00:00.5+05:00"]:
    line = jc.parse("syslog", f"<165>1 {moment} host app 1 ID - text")[0]
    print(moment, line["timestamp_epoch"], line["timestamp_epoch_utc"])
PY
diff - seen <<'SEEN'
2026-12-01T00:00:00.5Z 1796083200 1796083200
2026-12-01T00:00:00Z None None
2026-12-01T05:00:00.5+05:00 1796101200 None
SEEN
echo "as described"
