"""Runs Datadog's log searches as Vector does, by VRL. stdin: {"logs": [log], "searches": [text]}; says for each search which logs it finds."""

import json
import sys

from pyvrl import Transform

given = json.load(sys.stdin)
found = []
for search in given["searches"]:
    program = Transform(f'. = {{"found": match_datadog_query(., {json.dumps(search)})}}')
    found.append([index for index, log in enumerate(given["logs"]) if program.remap(log)["found"]])
json.dump(found, sys.stdout)
