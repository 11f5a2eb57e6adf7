#!/usr/bin/env bash
# npm fflate 0.8.3: `gunzipSync` and `decompressSync` give back the first member of a gzip file and drop what follows,
# without an error; RFC 1952 makes a file a series of members, as appended logs are. Node's zlib, and fflate's own
# streaming Gunzip, read all.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund fflate@0.8.3
cat >run.mjs <<'JS'
import { gunzipSync as nodeGunzip, gzipSync } from "node:zlib";
import { decompressSync, Gunzip, gunzipSync } from "fflate";

const two = Buffer.concat([gzipSync("one\n"), gzipSync("two\n")]);
const text = (bytes) => JSON.stringify(Buffer.from(bytes).toString());
let streamed = "";
new Gunzip((chunk) => (streamed += Buffer.from(chunk).toString())).push(two, true);
console.log("node", text(nodeGunzip(two)));
console.log("gunzipSync", text(gunzipSync(two)));
console.log("decompressSync", text(decompressSync(two)));
console.log("Gunzip", JSON.stringify(streamed));
JS
node run.mjs >seen
diff - seen <<'SEEN'
node "one\ntwo\n"
gunzipSync "one\n"
decompressSync "one\n"
Gunzip "one\ntwo\n"
SEEN
echo "as described"
