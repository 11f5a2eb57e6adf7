#!/usr/bin/env bash
# npm @bufbuild/cel 0.6.1: `has(m.a)` and `'a' in m` are false where the key is there with null, though `m.a == null` is true
# and `size(m)` counts it; CEL asks whether a map holds the key, as PyPI common-expression-language 0.10.0 does. A filter for
# events that carry a field loses those that carry null.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @bufbuild/cel@0.6.1
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check common-expression-language==0.10.0
cat >run.mjs <<'JS'
import { run } from "@bufbuild/cel";

const expressions = ["has({'a': null}.a)", "'a' in {'a': null}", "{'a': null}.a == null", "size({'a': null})"];
for (const text of expressions) {
  console.log("npm ", text, String(run(text)));
}
console.log("npm ", "has(event.a)", String(run("has(event.a)", { event: { a: null } })));
JS
cat >run.py <<'PY'
import cel

for text in ("has({'a': null}.a)", "'a' in {'a': null}", "{'a': null}.a == null", "size({'a': null})"):
    print("PyPI", text, cel.evaluate(text))
print("PyPI", "has(event.a)", cel.evaluate("has(event.a)", {"event": {"a": None}}))
PY
{
  node run.mjs
  v/bin/python run.py
} >seen
diff - seen <<'SEEN'
npm  has({'a': null}.a) false
npm  'a' in {'a': null} false
npm  {'a': null}.a == null true
npm  size({'a': null}) 1
npm  has(event.a) false
PyPI has({'a': null}.a) True
PyPI 'a' in {'a': null} True
PyPI {'a': null}.a == null True
PyPI size({'a': null}) 1
PyPI has(event.a) True
SEEN
echo "as described"
