#!/usr/bin/env bash
# npm gelf-pro 1.4.0: objects within an extra field are flattened into fields of their own, but a list of objects is written as
# "[object Object]", once for each: what they held is gone, without a word. A list of texts is joined with commas.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund gelf-pro@1.4.0
cat >say.cjs <<'JS'
const gelf = require("gelf-pro");
const written = JSON.parse(
  gelf.getStringFromObject({
    short_message: "finding",
    user: { name: "ada" },
    labels: ["a", "b"],
    findings: [{ rule: "iban" }, { rule: "card" }],
  }),
);
for (const name of Object.keys(written).filter((key) => key.startsWith("_"))) console.log(name, JSON.stringify(written[name]));
JS
node say.cjs >seen
diff - seen <<'SEEN'
_user_name "ada"
_labels "a,b"
_findings "[object Object],[object Object]"
SEEN
echo "as described"
