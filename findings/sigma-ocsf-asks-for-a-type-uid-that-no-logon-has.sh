#!/usr/bin/env bash
# pySigma-pipeline-ocsf 0.1.2: a rule for Windows logons (4624, 4625) asks for the `type_uid` 3002001. In OCSF that is
# `class_uid` times 100 plus `activity_id`, 300201 for Authentication: Logon, so that such a rule finds nothing. Process
# creation has the right one.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check pySigma==1.5.1 pySigma-pipeline-ocsf==0.1.2 pySigma-backend-splunk==2.1.0
v/bin/python - >seen <<'PY'
from sigma.backends.splunk import SplunkBackend
from sigma.collection import SigmaCollection
from sigma.pipelines.ocsf import ocsf_pipeline

RULE = """
title: t
logsource: {product: windows, %s}
detection:
  sel: {%s}
  condition: sel
"""
RULES = [("service: security", "EventID: 4624"), ("service: security", "EventID: 4625"), ("category: process_creation", "Image: a")]
for source, item in RULES:
    print(SplunkBackend(ocsf_pipeline()).convert(SigmaCollection.from_yaml(RULE % (source, item)))[0])
PY
diff - seen <<'SEEN'
type_uid=3002001 metadata.event_code="4624"
type_uid=3002001 metadata.event_code="4625"
type_uid=100701 process.name="a"
SEEN
echo "as described"
