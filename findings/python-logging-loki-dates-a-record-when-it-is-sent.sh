#!/usr/bin/env bash
# PyPI python-logging-loki 0.3.1, version "1" of the API (Loki's only one since 2019): an entry carries the time at which it is sent, not
# that of the record. What waited in its own queue handler while Loki was slow is dated late, and a stored record that is logged again
# (a replay, a socket receiver) gets today's date. The emitter of version "0" dates by the record.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check python-logging-loki==0.3.1
v/bin/python - >seen <<'PY'
import logging
from logging_loki import emitter

record = logging.LogRecord("app", logging.INFO, "x.py", 1, "signed in", (), None)
record.created = 1_700_000_000.0
old = emitter.LokiEmitterV0("http://127.0.0.1").build_payload(record, "signed in")
new = emitter.LokiEmitterV1("http://127.0.0.1").build_payload(record, "signed in")
print("version 0:", old["streams"][0]["entries"][0]["ts"][:10])
seconds = int(new["streams"][0]["values"][0][0]) // 10**9
print("version 1: the record's own second" if seconds == 1_700_000_000 else "version 1: another, more than a year later", seconds > 1_700_000_000 + 31_536_000)
PY
diff - seen <<'SEEN'
version 0: 2023-11-14
version 1: another, more than a year later True
SEEN
echo "as described"
