#!/usr/bin/env bash
# PyPI duckdb 2.0.1: two keys that differ in case only are two columns at the top of an NDJSON object, the second
# renamed; inside a nested object the same pair makes the file unreadable without `ignore_errors`, which would drop
# rows.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check duckdb==2.0.1
v/bin/python - >seen <<'PY'
import duckdb

for name, line in [("top", '{"id": 1, "ID": 2}'), ("nested", '{"unmapped": {"id": 1, "ID": 2}}')]:
    with open(f"{name}.ndjson", "w") as file:
        file.write(line + "\n")
    try:
        result = duckdb.execute("select * from read_ndjson(?)", [f"{name}.ndjson"])
        print(name, [column[0] for column in result.description], result.fetchall())
    except duckdb.Error as error:
        print(name, str(error).splitlines()[0])
PY
diff - seen <<'SEEN'
top ['id', 'ID_1'] [(1, 2)]
nested Not implemented Error: Duplicate name "ID" in struct auto-detected in JSON, try ignore_errors=true
SEEN
echo "as described"
