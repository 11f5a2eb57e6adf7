#!/usr/bin/env bash
# PyPI syslog-rfc5424-formatter 1.2.3: in a zone whose winter time is UTC, such as London's or Lisbon's, the local time of summer
# is written with "Z". Every event of the summer is dated an hour late.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check syslog-rfc5424-formatter==1.2.3
cat >say.py <<'PY'
import logging
from syslog_rfc5424_formatter import RFC5424Formatter

for month, seconds in [("January", 1767268800), ("July", 1782907200)]:
    record = logging.LogRecord("app", logging.INFO, "x.py", 1, "signed in", (), None)
    record.created = seconds + 0.5
    print(month, "noon UTC:", RFC5424Formatter().format(record).split(" ")[1])
PY
for zone in UTC0 GMT0BST,M3.5.0/1,M10.5.0; do
  echo "$zone"
  TZ=$zone v/bin/python say.py
done >seen
diff - seen <<'SEEN'
UTC0
January noon UTC: 2026-01-01T12:00:00.500000Z
July noon UTC: 2026-07-01T12:00:00.500000Z
GMT0BST,M3.5.0/1,M10.5.0
January noon UTC: 2026-01-01T12:00:00.500000Z
July noon UTC: 2026-07-01T13:00:00.500000Z
SEEN
echo "as described"
