#!/usr/bin/env bash
# npm another-json 0.2.0: a control character without a short escape is written as `\U001B`, with a large U, which is no
# escape of JSON: what it calls canonical JSON cannot be read back, and hashes of a coloured line agree with nobody's. A
# date becomes `{}`, so that two dates have one canonical form.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund another-json@0.2.0
cat >run.mjs <<'JS'
import { stringify } from "another-json";

for (const value of ["a\tb", "\u001b[31mred"]) {
  const text = stringify(value);
  let read;
  try {
    read = JSON.stringify(JSON.parse(text));
  } catch (error) {
    read = error.name;
  }
  console.log(text, "JSON", JSON.stringify(value), "read back", read);
}
console.log(stringify({ at: new Date(0) }), stringify({ at: new Date(1) }));
JS
node run.mjs >seen
diff - seen <<'SEEN'
"a\tb" JSON "a\tb" read back "a\tb"
"\U001B[31mred" JSON "\u001b[31mred" read back SyntaxError
{"at":{}} {"at":{}}
SEEN
echo "as described"
