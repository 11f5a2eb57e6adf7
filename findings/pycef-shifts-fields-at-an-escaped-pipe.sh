#!/usr/bin/env bash
# PyPI pycef 1.11: an escaped pipe in the header's name, which CEF demands, empties the name, loses the severity, and glues
# the rest of the header to the first key of the extension.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check pycef==1.11
v/bin/python - >seen <<'PY'
import pycef

for name in ["a or b", r"a \| b"]:
    fields = pycef.parse(rf"CEF:0|Vendor|Product|1.0|100|{name}|5|src=192.0.2.1 act=ok")
    print(name, {key: value for key, value in fields.items() if not key.startswith(("Device", "CEF"))})
PY
diff - seen <<'SEEN'
a or b {'Name': 'a or b', 'Severity': '5', 'src': '192.0.2.1', 'act': 'ok'}
a \| b {'Name': '', 'b|5|src': '192.0.2.1', 'act': 'ok'}
SEEN
echo "as described"
