#!/usr/bin/env bash
# PyPI uuid7 0.1.0: its identifiers have the layout of a draft from 2021, 36 bits of seconds first, where RFC 9562 has 48 bits
# of milliseconds. They say version 7, and a reader that goes by the RFC finds 2203 for one of December 2026, so that they sort
# after all that other generators make until then.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check uuid7==0.1.0
v/bin/python - >seen <<'PY'
from uuid_extensions import uuid7

made = uuid7(1796083200 * 10**9)  # 2026-12-01T00:00:00Z
milliseconds = made.int >> 80
print("version", made.version, "begins with", str(made)[:13], "and should with 01a22ee6")
print("the RFC's milliseconds are of the year", 1970 + milliseconds // (1000 * 31556952))
PY
diff - seen <<'SEEN'
version 7 begins with 06b0e0e0-0000 and should with 01a22ee6
the RFC's milliseconds are of the year 2203
SEEN
echo "as described"
