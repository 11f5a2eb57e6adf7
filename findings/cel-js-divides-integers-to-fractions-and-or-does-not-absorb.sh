#!/usr/bin/env bash
# npm cel-js 0.8.2: CEL's integers divide to integers and its `||` absorbs an error of the other side, whichever side
# that is; here 7 / 2 is 3.5, and an unknown name beside `true` throws. @marcbachmann/cel-js 8.0.0 follows the
# specification in both.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund cel-js@0.8.2 @marcbachmann/cel-js@8.0.0
cat >run.mjs <<'JS'
import { evaluate as other } from "@marcbachmann/cel-js";
import { evaluate } from "cel-js";

const shown = (run) => {
  try {
    return String(run());
  } catch (error) {
    return `throws: ${error.message.split("\n")[0]}`;
  }
};
for (const text of ["7 / 2", "true || missing == 1", "missing == 1 || true"]) {
  console.log(text, "|", shown(() => evaluate(text, {})), "|", shown(() => other(text, {})));
}
JS
node run.mjs >seen
diff - seen <<'SEEN'
7 / 2 | 3.5 | 3
true || missing == 1 | throws: Identifier "missing" not found, no context passed | true
missing == 1 || true | throws: Identifier "missing" not found, no context passed | true
SEEN
echo "as described"
