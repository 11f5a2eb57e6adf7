#!/usr/bin/env bash
# PyPI cefevent 0.5.6: an IPv6 address is no valid `src` for it, and the event is written without the field, without an
# exception; only the return value of set_field tells.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check cefevent==0.5.6
v/bin/python - >seen <<'PY'
from cefevent import CEFEvent

for address in ["192.0.2.1", "2001:db8::1"]:
    event = CEFEvent()
    print(event.set_field("sourceAddress", address), event.build_cef())
PY
diff - seen <<'SEEN'
192.0.2.1 CEF:0|CEF Vendor|CEF Product|1.0|0|CEF Event|5|src=192.0.2.1
False CEF:0|CEF Vendor|CEF Product|1.0|0|CEF Event|5|
SEEN
echo "as described"
