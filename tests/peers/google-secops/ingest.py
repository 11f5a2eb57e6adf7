"""Imports logs with Google's own SDK. stdin: {"url", "key", "project_id", "region", "instance_id", "log_type", "forwarder", "logs"}."""

import json
import sys

from google.auth.transport.requests import AuthorizedSession
from google.oauth2 import service_account
from secops.chronicle.client import ChronicleClient

given = json.load(sys.stdin)
credentials = service_account.Credentials.from_service_account_info(
    given["key"], scopes=["https://www.googleapis.com/auth/cloud-platform"]
)
client = ChronicleClient(
    project_id=given["project_id"],
    customer_id=given["instance_id"],
    region=given["region"],
    session=AuthorizedSession(credentials),
)
# The SDK knows Google's hosts alone.
client.base_url = f"{given['url']}/v1alpha"
try:
    client.ingest_log(
        log_type=given["log_type"], log_message=given["logs"], forwarder_id=given["forwarder"], force_log_type=True
    )
    print(json.dumps({"error": None}))
except Exception as error:
    print(json.dumps({"error": f"{type(error).__name__}: {error}"}))
