#!/usr/bin/env bash
# npm hyparquet-writer 0.17.0: without a declared type a column of whole numbers is INT32, and a time in milliseconds is
# refused as too large for it. 2^53 - 1 is as safe a number in JavaScript as 1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund hyparquet-writer@0.17.0
cat >run.mjs <<'JS'
import { parquetWriteBuffer } from "hyparquet-writer";

for (const data of [[1, 2], [1.5, 2], [1764493200123, 1764493200124]]) {
  try {
    console.log(JSON.stringify(data), "written", parquetWriteBuffer({ columnData: [{ name: "time", data }] }).byteLength > 0);
  } catch (error) {
    console.log(JSON.stringify(data), "refused:", error.message);
  }
}
JS
node run.mjs >seen
diff - seen <<'SEEN'
[1,2] written true
[1.5,2] written true
[1764493200123,1764493200124] refused: parquet expected int32 value, got 1764493200123
SEEN
echo "as described"
