#!/usr/bin/env bash
# PyPI common-expression-language 0.10.0 (CEL in Rust): `size` of a text counts its UTF-8 bytes, where CEL counts code points
# (npm @bufbuild/cel 0.6.1: 2); and `exists` and `all` raise at the first element that fails, where CEL absorbs the fault if
# another element decides, as `||` does here too.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @bufbuild/cel@0.6.1
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check common-expression-language==0.10.0
cat >expressions <<'TEXT'
size('é😀')
1/0 == 1 || true
[0, 1].exists(x, 1/x == 1)
[0, 1].all(x, 1/x == 2)
TEXT
cat >run.mjs <<'JS'
import { readFileSync } from "node:fs";
import { run } from "@bufbuild/cel";

for (const text of readFileSync("expressions", "utf8").trim().split("\n")) {
  console.log("npm ", text, String(run(text)));
}
JS
cat >run.py <<'PY'
import cel

for text in open("expressions", encoding="utf-8").read().strip().split("\n"):
    try:
        result = cel.evaluate(text)
    except Exception as error:
        result = type(error).__name__
    print("PyPI", text, result)
PY
{
  node run.mjs
  v/bin/python run.py
} >seen
diff - seen <<'SEEN'
npm  size('é😀') 2
npm  1/0 == 1 || true true
npm  [0, 1].exists(x, 1/x == 1) true
npm  [0, 1].all(x, 1/x == 2) false
PyPI size('é😀') 6
PyPI 1/0 == 1 || true True
PyPI [0, 1].exists(x, 1/x == 1) ZeroDivisionError
PyPI [0, 1].all(x, 1/x == 2) ZeroDivisionError
SEEN
echo "as described"
