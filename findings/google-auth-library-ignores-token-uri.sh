#!/usr/bin/env bash
# npm google-auth-library 10.9.1: `token_uri` of a service account's key file is not looked at, and the token is asked for
# at a fixed address; google-auth 2.45.0 for Python asks where the file says. The `aud` of both assertions is fixed.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund google-auth-library@10.9.1
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check google-auth==2.45.0 requests==2.32.5
cat >run.mjs <<'JS'
import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { JWT } from "google-auth-library";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const key = {
  type: "service_account",
  client_email: "sender@example.iam.gserviceaccount.com",
  private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
  token_uri: "http://127.0.0.1:1/token",
};
writeFileSync("key.json", JSON.stringify(key));
const client = new JWT({ scopes: ["s"] });
client.fromJSON(key);
client.transporter = {
  async request({ url, data }) {
    const claims = JSON.parse(Buffer.from(data.get("assertion").split(".")[1], "base64url"));
    console.log("Node asks", String(url), "aud", claims.aud);
    return { data: { access_token: "a", expires_in: 3600, token_type: "Bearer" } };
  },
};
await client.authorize();
JS
node run.mjs >seen
v/bin/python - >>seen <<'PY'
import base64
import json
import urllib.parse

from google.oauth2 import service_account


class Answer:
    status = 200
    headers = {}
    data = b'{"access_token":"a","expires_in":3600,"token_type":"Bearer"}'


def request(url, body=None, **_):
    claims = urllib.parse.parse_qs(body.decode())["assertion"][0].split(".")[1]
    print("Python asks", url, "aud", json.loads(base64.urlsafe_b64decode(claims + "=="))["aud"])
    return Answer()


service_account.Credentials.from_service_account_file("key.json", scopes=["s"]).refresh(request)
PY
diff - seen <<'SEEN'
Node asks https://oauth2.googleapis.com/token aud https://oauth2.googleapis.com/token
Python asks http://127.0.0.1:1/token aud https://oauth2.googleapis.com/token
SEEN
echo "as described"
