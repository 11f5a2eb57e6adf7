#!/usr/bin/env bash
# npm fernet 0.4.0: a token older than a minute does not decode unless `ttl: 0` is given, with the reason "TTL" though none
# was asked for; Python's cryptography, whose tokens these are, knows no age unless given one. What was encrypted to be kept
# reads well in a test, and no longer a minute later.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund fernet@0.4.0
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check cryptography==50.0.2
cat >write.py <<'PY'
import base64
import sys
import time

from cryptography.fernet import Fernet

fernet = Fernet(base64.urlsafe_b64encode(bytes(range(32))))
tokens = [fernet.encrypt_at_time(b"kept", int(time.time()) - age).decode() for age in (5, 90)]
print("Python", [fernet.decrypt(token).decode() for token in tokens], file=sys.stderr)
print("\n".join(tokens))
PY
cat >run.mjs <<'JS'
import { readFileSync } from "node:fs";
import fernet from "fernet";

const secret = new fernet.Secret(Buffer.from([...Array(32).keys()]).toString("base64url").padEnd(44, "="));
const [young, old] = readFileSync("tokens", "utf8").split("\n");
const decode = (token, options) => {
  try {
    return new fernet.Token({ secret, token, ...options }).decode();
  } catch (error) {
    return String(error);
  }
};
console.log("5 s:", decode(young, {}));
console.log("90 s:", decode(old, {}));
console.log("90 s, ttl 0:", decode(old, { ttl: 0 }));
JS
{
  v/bin/python write.py 2>&1 >tokens
  node run.mjs
} >seen
diff - seen <<'SEEN'
Python ['kept', 'kept']
5 s: kept
90 s: Error: Invalid Token: TTL
90 s, ttl 0: kept
SEEN
echo "as described"
