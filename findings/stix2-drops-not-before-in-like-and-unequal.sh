#!/usr/bin/env bash
# PyPI stix2 3.0.2 with stix2-patterns 2.1.2: a pattern read into objects and written again loses the NOT before IN, LIKE and
# `!=`, so that it asks for the opposite; before `=` it stays. Its test of equivalence calls each the same as its opposite.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check stix2==3.0.2 stix2-patterns==2.1.2
cat >run.py <<'PY'
from stix2.equivalence.pattern import equivalent_patterns
from stix2.pattern_visitor import create_pattern_object

print(create_pattern_object("[file:size NOT = 1]"))
for operation, value in (("IN", "(1, 2)"), ("LIKE", "'a%'"), ("!=", "1")):
    negated = f"[file:size NOT {operation} {value}]"
    written = create_pattern_object(negated)
    print(negated, "->", written, "| equivalent", equivalent_patterns(negated, f"[file:size {operation} {value}]"))
PY
v/bin/python run.py >seen
diff - seen <<'SEEN'
[file:size NOT = 1]
[file:size NOT IN (1, 2)] -> [file:size IN (1, 2)] | equivalent True
[file:size NOT LIKE 'a%'] -> [file:size LIKE 'a%'] | equivalent True
[file:size NOT != 1] -> [file:size NOT = 1] | equivalent True
SEEN
echo "as described"
