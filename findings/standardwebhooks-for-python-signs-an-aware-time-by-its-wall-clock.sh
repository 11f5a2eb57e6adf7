#!/usr/bin/env bash
# PyPI standardwebhooks 1.1.0: `sign` takes the wall clock of an aware datetime for UTC, so that the same instant given in
# two zones has two signatures, and a message signed in any zone but UTC does not verify: its `webhook-timestamp` is the
# instant. npm standardwebhooks 1.1.1 agrees with the one in UTC.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund standardwebhooks@1.1.1
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check standardwebhooks==1.1.0
cat >run.py <<'PY'
from base64 import b64encode
from datetime import datetime, timedelta, timezone

from standardwebhooks import Webhook

webhook = Webhook("whsec_" + b64encode(bytes([1] * 24)).decode())
now = datetime.now(timezone.utc)
zoned = now.astimezone(timezone(timedelta(hours=2)))
print("equal instants", now == zoned)
for name, when in [("UTC", now), ("+02:00", zoned)]:
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(when.timestamp())),
        "webhook-signature": webhook.sign("msg_1", when, "{}"),
    }
    try:
        print("signed in", name, "verified", webhook.verify("{}", headers))
    except Exception as error:
        print("signed in", name, "raised", type(error).__name__)
fixed = datetime.fromtimestamp(1700000000, timezone.utc)
print("Python, UTC", webhook.sign("msg_1", fixed, "{}"))
print("Python, +02:00", webhook.sign("msg_1", fixed.astimezone(timezone(timedelta(hours=2))), "{}"))
PY
cat >run.mjs <<'JS'
import { Webhook } from "standardwebhooks";

const webhook = new Webhook(`whsec_${Buffer.alloc(24, 1).toString("base64")}`);
console.log("npm", webhook.sign("msg_1", new Date(1700000000000), "{}"));
JS
{
  v/bin/python run.py
  node run.mjs
} >seen
diff - seen <<'SEEN'
equal instants True
signed in UTC verified {}
signed in +02:00 raised WebhookVerificationError
Python, UTC v1,xw1cY1xdoqrK+MlQLDPbSB5pvSIi6K4Pe82bh9fr3YM=
Python, +02:00 v1,2+UDuZjwkTUFsyjogXglpSaG2ksUnM6AJSbyutrjaxk=
npm v1,xw1cY1xdoqrK+MlQLDPbSB5pvSIi6K4Pe82bh9fr3YM=
SEEN
echo "as described"
