#!/usr/bin/env bash
# PyPI jc 1.26.1, CEF: a custom field is renamed to its label, and of two fields with the same label the first is gone. CEF
# does not ask for labels that differ, and a label may be any key's name: here one replaces the action.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check jc==1.26.1
v/bin/python - >seen <<'PY'
import jc

HEADER = "CEF:0|Vendor|Product|1.0|100|Sign-in|3|"
for extension in [
    "cs1Label=Rule cs1=first cs2Label=Group cs2=second",
    "cs1Label=Rule cs1=first cs2Label=Rule cs2=second",
    "act=blocked cs1Label=act cs1=monitor",
]:
    fields = jc.parse("cef", HEADER + extension)[0]
    print({key: value for key, value in fields.items() if not key.startswith(("device", "agent", "CEF", "name"))})
PY
diff - seen <<'SEEN'
{'Rule': 'first', 'Group': 'second'}
{'Rule': 'second'}
{'act': 'monitor'}
SEEN
echo "as described"
