#!/usr/bin/env bash
# PyPI pygelf 0.4.3: it knows Python's five levels alone. A record of any other one, such as NOTICE (25) or AUDIT (35) as libraries add
# them, is not sent: the handler ends in a KeyError, which logging prints on stderr and, with `logging.raiseExceptions` off, swallows.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check pygelf==0.4.3
v/bin/python - >seen 2>errors <<'PY'
import json
import logging
import socket
from pygelf import GelfUdpHandler

receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
receiver.bind(("127.0.0.1", 0))
receiver.settimeout(1)
logger = logging.getLogger("app")
logger.setLevel(logging.DEBUG)
logger.addHandler(GelfUdpHandler("127.0.0.1", receiver.getsockname()[1], compress=False))
for level in (logging.INFO, 25, logging.WARNING, 35):
    logger.log(level, "of level %s", level)
try:
    while True:
        print(json.loads(receiver.recv(65536))["short_message"])
except socket.timeout:
    print("nothing more")
PY
grep -h KeyError errors >>seen
diff - seen <<'SEEN'
of level 20
of level 30
nothing more
KeyError: 25
KeyError: 35
SEEN
echo "as described"
