#!/usr/bin/env bash
# npm mmdb-lib 3.0.3: the same field is a number where its value needs 32 bits and a bigint where it needs more, for writers
# take the smallest type that fits (PyPI mmdb_writer 0.2.7 by default): adding 1 raises for one address and not for another,
# and so does `JSON.stringify`. npm mmdb-reader 1.2.0 gives text for the large one; Python's reader gives int for both.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund mmdb-lib@3.0.3 mmdb-reader@1.2.0
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check mmdb-writer==0.2.7 maxminddb==3.2.0 netaddr==1.3.0
cat >write.py <<'PY'
import maxminddb
from mmdb_writer import MMDBWriter
from netaddr import IPSet

writer = MMDBWriter(4, "Test")
writer.insert_network(IPSet(["192.0.2.0/24"]), {"site": 4294967295})
writer.insert_network(IPSet(["198.51.100.0/24"]), {"site": 4294967296})
writer.to_db_file("sites.mmdb")
reader = maxminddb.open_database("sites.mmdb")
print("maxminddb", [type(reader.get(ip)["site"]).__name__ for ip in ("192.0.2.1", "198.51.100.1")])
PY
cat >run.mjs <<'JS'
import { readFileSync } from "node:fs";
import MmdbReader from "mmdb-reader";
import { Reader } from "mmdb-lib";

const lib = new Reader(readFileSync("sites.mmdb"));
const reader = new MmdbReader("sites.mmdb");
const attempt = (action) => {
  try {
    return action();
  } catch (error) {
    return error.name;
  }
};
for (const ip of ["192.0.2.1", "198.51.100.1"]) {
  const { site } = lib.get(ip);
  console.log("mmdb-lib", typeof site, String(attempt(() => site + 1)), attempt(() => JSON.stringify({ site })));
  console.log("mmdb-reader", typeof reader.lookup(ip).site, reader.lookup(ip).site + 1);
}
JS
{
  v/bin/python write.py
  node run.mjs
} >seen
diff - seen <<'SEEN'
maxminddb ['int', 'int']
mmdb-lib number 4294967296 {"site":4294967295}
mmdb-reader number 4294967296
mmdb-lib bigint TypeError TypeError
mmdb-reader string 42949672961
SEEN
echo "as described"
