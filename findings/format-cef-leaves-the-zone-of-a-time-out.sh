#!/usr/bin/env bash
# PyPI format-cef 0.0.4: a time with a zone is written by its wall clock and without the zone, so that a SIEM reads 01:00 of a
# server at +01:00 as 01:00 of its own zone. CEF has a form with the zone, and milliseconds since 1970.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check format-cef==0.0.4
v/bin/python - >seen <<'PY'
from datetime import datetime, timedelta, timezone
from format_cef import format_cef

moment = datetime(2026, 12, 1, 0, 0, tzinfo=timezone.utc)
for hours in (0, 1, -8):
    there = moment.astimezone(timezone(timedelta(hours=hours)))
    print(hours, format_cef("Vendor", "Product", "1.0", "100", "Sign-in", 3, {"startTime": there}).decode().split("|")[-1])
PY
diff - seen <<'SEEN'
0 start=Dec 01 2026 00:00:00
1 start=Dec 01 2026 01:00:00
-8 start=Nov 30 2026 16:00:00
SEEN
echo "as described"
