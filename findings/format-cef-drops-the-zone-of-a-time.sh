#!/usr/bin/env bash
# PyPI format-cef 0.0.4: a time is written as wall clock without its zone and without its fraction, so that one instant in two
# zones becomes two times. CEF has a form with a zone, and one in milliseconds since 1970.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check format-cef==0.0.4
v/bin/python - >seen <<'PY'
from datetime import datetime, timedelta, timezone

from format_cef import format_cef

instant = datetime(2026, 1, 1, 12, 0, 0, 250000, timezone.utc)
for when in [instant, instant.astimezone(timezone(timedelta(hours=2)))]:
    print(when.isoformat(), format_cef("Vendor", "Product", "1.0", "100", "n", 5, {"startTime": when}).decode())
PY
diff - seen <<'SEEN'
2026-01-01T12:00:00.250000+00:00 CEF:0|Vendor|Product|1.0|100|n|5|start=Jan 01 2026 12:00:00
2026-01-01T14:00:00.250000+02:00 CEF:0|Vendor|Product|1.0|100|n|5|start=Jan 01 2026 14:00:00
SEEN
echo "as described"
