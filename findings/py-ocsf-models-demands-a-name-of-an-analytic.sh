#!/usr/bin/env bash
# PyPI py-ocsf-models 0.10.0: a finding whose `finding_info.analytic` has its `type_id` and `uid` only is refused for want of
# a name; OCSF requires the `type_id` alone and recommends name and uid. The JSON schema of ocsf-json-schema 1.2.0 takes it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check py-ocsf-models==0.10.0 ocsf-json-schema==1.2.0 jsonschema==4.25.1
v/bin/python - >seen <<'PY'
from jsonschema import Draft202012Validator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema
from py_ocsf_models.events.findings.detection_finding import DetectionFinding

schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version="1.4.0")).get_class_schema(class_name="detection_finding")
event = {
    "activity_id": 1,
    "category_uid": 2,
    "class_uid": 2004,
    "type_uid": 200401,
    "severity_id": 3,
    "severity": "Medium",
    "time": 1700000000,
    "message": "m",
    "status_id": 1,
    "status": "New",
    "metadata": {"version": "1.4.0", "product": {"name": "p", "vendor_name": "v"}},
    "finding_info": {"uid": "1", "title": "t"},
}
for analytic in [None, {"type_id": 1, "uid": "r1"}]:
    if analytic:
        event["finding_info"]["analytic"] = analytic
    try:
        DetectionFinding.model_validate(event)
        print(analytic, "taken by py-ocsf-models")
    except ValueError as error:
        print(analytic, "refused by py-ocsf-models:", error.errors()[0]["loc"], error.errors()[0]["type"])
    faults = list(Draft202012Validator(schema).iter_errors(event))
    print(analytic, "JSON schema faults:", len(faults), [fault.message for fault in faults])
PY
diff - seen <<'SEEN'
None taken by py-ocsf-models
None JSON schema faults: 0 []
{'type_id': 1, 'uid': 'r1'} refused by py-ocsf-models: ('finding_info', 'analytic', 'name') missing
{'type_id': 1, 'uid': 'r1'} JSON schema faults: 0 []
SEEN
echo "as described"
