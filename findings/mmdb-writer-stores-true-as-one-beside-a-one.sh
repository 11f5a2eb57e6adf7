#!/usr/bin/env bash
# PyPI mmdb_writer 0.2.7, read by maxminddb 3.2.0: equal values are stored once, and Python says that True, 1 and 1.0
# are equal: in a record with the number 1, a boolean that is true comes back as the number, and the other way round.
# Alone it stays a boolean.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check mmdb_writer==0.2.7 maxminddb==3.2.0 netaddr==1.3.0
v/bin/python - >seen <<'PY'
import maxminddb
from mmdb_writer import MMDBWriter
from netaddr import IPSet


def round_trip(record):
    writer = MMDBWriter(ip_version=4)
    writer.insert_network(IPSet(["192.0.2.0/24"]), record)
    writer.to_db_file("t.mmdb")
    with maxminddb.open_database("t.mmdb") as reader:
        return reader.get("192.0.2.1")


print(round_trip({"is_anonymous": True}))
print(round_trip({"confidence": 1, "is_anonymous": True}))
print(round_trip({"is_anonymous": True, "confidence": 1}))
PY
diff - seen <<'SEEN'
{'is_anonymous': True}
{'confidence': 1, 'is_anonymous': 1}
{'is_anonymous': True, 'confidence': True}
SEEN
echo "as described"
