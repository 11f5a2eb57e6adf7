"""Runs KQL with duckdb-kql. stdin: {"table", "columns": {name: type}, "streams": {name: [row as JSON]}, "queries": {title: KQL}}."""

import json
import os
import re
import sys
import tempfile

import duckdb_kql

TYPES = {"string": "VARCHAR", "dynamic": "JSON", "datetime": "TIMESTAMP", "long": "BIGINT", "int": "INTEGER", "bool": "BOOLEAN"}
# The one function of the queries that duckdb-kql lacks. A line of it is given to DuckDB as a window function.
PREVIOUS = re.compile(r"^\| extend Before = prev\(Number\), StreamBefore = prev\(Stream\)\n", re.M)
LAGGED = """CREATE OR REPLACE TEMP TABLE Lagged AS SELECT *, lag("Number") OVER ranked AS "Before", lag("Stream") OVER ranked AS "StreamBefore"
FROM Sorted WINDOW ranked AS (ORDER BY "Stream", "Number")"""

given = json.load(sys.stdin)
connection = duckdb_kql.connect()


def rows_of(query):
    cursor = duckdb_kql.kql(connection, query)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row)) for row in cursor.fetchall()]


def answer(query):
    parts = PREVIOUS.split(query)
    if len(parts) == 1:
        return rows_of(query)
    sql = duckdb_kql.to_sql(parts[0])
    connection.execute(f"CREATE OR REPLACE TEMP TABLE Sorted AS {sql}")
    connection.execute(LAGGED)
    return rows_of("Lagged\n" + parts[1])


answers = {}
for stream, rows in given["streams"].items():
    with tempfile.NamedTemporaryFile("w", suffix=".ndjson") as file:
        file.write("\n".join(rows))
        file.flush()
        columns = ", ".join(f"'{name}': '{TYPES[type]}'" for name, type in given["columns"].items())
        connection.execute(
            f"CREATE OR REPLACE TABLE {given['table']} AS SELECT * FROM "
            f"read_json('{file.name}', format='newline_delimited', columns={{{columns}}})"
        )
    answers[stream] = {title: answer(query) for title, query in given["queries"].items()}
json.dump(answers, sys.stdout, default=str)
# DuckDB's own threads need not be waited for.
sys.stdout.flush()
os._exit(0)
