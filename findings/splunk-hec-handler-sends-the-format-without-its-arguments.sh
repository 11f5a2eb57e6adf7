#!/usr/bin/env bash
# PyPI splunk-hec-handler 1.2.0: the arguments of a record are never put into its text, so that Splunk gets "%s". And a text
# that happens to be a Python literal becomes one: 007 stays text, 1_000 becomes 1000, None becomes null, (1, 2) a list.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check splunk-hec-handler==1.2.0 requests==2.32.5
v/bin/python - >seen <<'PY'
import http.server
import json
import logging
import threading

bodies = []


class Collector(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        bodies.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector)
threading.Thread(target=server.serve_forever, daemon=True).start()
from splunk_hec_handler import SplunkHecHandler

logger = logging.getLogger("t")
logger.setLevel(logging.INFO)
logger.addHandler(SplunkHecHandler("127.0.0.1", "t", port=server.server_port, proto="http"))
logger.info("%s signed in", "alice")
for text in ("007", "1_000", "None", "(1, 2)"):
    logger.info(text)
for body in bodies:
    print(json.dumps(body["event"]["message"]))
PY
diff - seen <<'SEEN'
"%s signed in"
"007"
1000
null
[1, 2]
SEEN
echo "as described"
