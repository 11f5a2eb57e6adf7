#!/usr/bin/env bash
# PyPI splunk-handler 3.0.0: a dict given to the logger reaches HEC as the text of Python's repr, with single quotes, so
# that Splunk finds no fields in it; splunk-hec-handler and Splunk's own JavaScript client send an object.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check splunk-handler==3.0.0 requests==2.32.5
v/bin/python - >seen <<'PY'
import http.server
import logging
import threading
import time

bodies = []


class Collector(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        bodies.append(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector)
threading.Thread(target=server.serve_forever, daemon=True).start()
from splunk_handler import SplunkHandler

handler = SplunkHandler(host="127.0.0.1", port=server.server_port, token="t", index="main", protocol="http", flush_interval=0.2)
logger = logging.getLogger("t")
logger.setLevel(logging.INFO)
logger.addHandler(handler)
logger.info({"action": "login"})
time.sleep(2)
import json

print(repr(json.loads(bodies[0])["event"]))
PY
diff - seen <<'SEEN'
[SplunkHandler DEBUG] cannot use SSL Verify and unsecure connection
"{'action': 'login'}"
SEEN
echo "as described"
