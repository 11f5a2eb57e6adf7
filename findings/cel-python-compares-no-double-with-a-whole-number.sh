#!/usr/bin/env bash
# PyPI cel-python 0.5.0: a whole number compared with a double is an error ("no such overload"), where CEL's definition since
# 2021 compares them by value and cel-go says true. JSON makes no difference between 1 and 1.0, so a filter that passes for
# one event fails for the next.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check cel-python==0.5.0
v/bin/python - >seen <<'PY'
import json
import celpy

environment = celpy.Environment()
program = environment.program(environment.compile("event.score == 1"))
for text in ['{"score": 1}', '{"score": 1.0}']:
    try:
        print(text, program.evaluate({"event": celpy.json_to_cel(json.loads(text))}))
    except celpy.CELEvalError as error:
        print(text, error.args[2][0].split(":")[0])
PY
diff - seen <<'SEEN'
{"score": 1} True
{"score": 1.0} no such overload
SEEN
echo "as described"
