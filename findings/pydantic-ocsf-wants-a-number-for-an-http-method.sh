#!/usr/bin/env bash
# PyPI pydantic-ocsf 3.0.0: `http_request.http_method` must be a whole number, so that `GET`, which the schema's own values
# name, is refused, and 3, which no HTTP request has, is taken. The JSON schema of ocsf-json-schema 1.2.0 takes `GET`.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check pydantic-ocsf==3.0.0 ocsf-json-schema==1.2.0 jsonschema==4.25.1 pydantic==2.12.4
v/bin/python - >seen <<'PY'
from jsonschema import Draft202012Validator
from ocsf.v1_7_0.events import HttpActivity
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version="1.7.0")).get_class_schema(class_name="http_activity")
event = {
    "activity_id": 3,
    "category_uid": 4,
    "class_uid": 4002,
    "type_uid": 400203,
    "severity_id": 1,
    "time": 1700000000000,
    "metadata": {"version": "1.7.0", "product": {"name": "p", "vendor_name": "v"}},
    "src_endpoint": {"ip": "192.0.2.1"},
    "dst_endpoint": {"ip": "192.0.2.2"},
}
for method in ["GET", 3]:
    event["http_request"] = {"http_method": method, "url": {"url_string": "https://a.example/"}}
    try:
        HttpActivity.model_validate(event)
        print(method, "taken by pydantic-ocsf")
    except ValueError as error:
        print(method, "refused by pydantic-ocsf:", error.errors()[0]["loc"], error.errors()[0]["type"])
    faults = [fault for fault in Draft202012Validator(schema).iter_errors(event) if "http_method" in fault.json_path]
    print(method, "refused" if faults else "taken", "by the JSON schema")
PY
diff - seen <<'SEEN'
GET refused by pydantic-ocsf: ('http_request', 'http_method') int_parsing
GET taken by the JSON schema
3 taken by pydantic-ocsf
3 refused by the JSON schema
SEEN
echo "as described"
