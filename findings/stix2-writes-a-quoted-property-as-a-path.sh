#!/usr/bin/env bash
# PyPI stix2 3.0.2 with stix2-patterns 2.1.2: a property whose name has a dot loses its quotes when a pattern is read and
# written again, and so becomes a path of two steps; one with a hyphen keeps them. An EXISTS comes out as the description of
# Python objects, which is no pattern.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check stix2==3.0.2 stix2-patterns==2.1.2
cat >run.py <<'PY'
import re

from stix2.pattern_visitor import create_pattern_object
from stix2patterns.v21.pattern import Pattern

for pattern in ("[x-audit:a.'user-id' = 1]", "[x-audit:a.'user.id' = 1]", "[EXISTS x-audit:a]"):
    written = str(create_pattern_object(pattern))
    try:
        Pattern(written)
        read = "read again"
    except Exception as error:
        read = type(error).__name__
    print(pattern, "->", re.sub(r"0x[0-9a-f]+", "0x…", written), read)
PY
v/bin/python run.py >seen
diff - seen <<'SEEN'
[x-audit:a.'user-id' = 1] -> [x-audit:a.'user-id' = 1] read again
[x-audit:a.'user.id' = 1] -> [x-audit:a.user.id = 1] read again
[EXISTS x-audit:a] -> [[<antlr4.tree.Tree.TerminalNodeImpl object at 0x…>, <stix2.patterns.ObjectPath object at 0x…>]] ParseException
SEEN
echo "as described"
