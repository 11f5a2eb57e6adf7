#!/usr/bin/env bash
# npm standardwebhooks 1.1.1: `verify` checks the signature and then parses the body as JSON, and throws a SyntaxError
# when that fails: a correctly signed NDJSON body cannot be verified. The specification signs bytes, of whatever kind.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund standardwebhooks@1.1.1
cat >run.mjs <<'JS'
import { Webhook } from "standardwebhooks";

const webhook = new Webhook(`whsec_${Buffer.alloc(24, 1).toString("base64")}`);
const now = new Date();
for (const body of ['{"a":1}', '{"a":1}\n{"a":2}\n']) {
  const headers = {
    "webhook-id": "msg_1",
    "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
    "webhook-signature": webhook.sign("msg_1", now, body),
  };
  try {
    console.log("verified", JSON.stringify(webhook.verify(body, headers)));
  } catch (error) {
    console.log("threw", error.name);
  }
}
JS
node run.mjs >seen
diff - seen <<'SEEN'
verified {"a":1}
threw SyntaxError
SEEN
echo "as described"
