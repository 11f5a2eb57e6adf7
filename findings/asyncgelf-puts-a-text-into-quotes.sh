#!/usr/bin/env bash
# PyPI asyncgelf 1.2.0: the text of a message is made JSON once more, so that it arrives in quotes of its own, with its
# quotes and line breaks escaped; `version` is a number where GELF has text, and a level that is not given is 1, alert.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check asyncgelf==1.2.0
cat >run.py <<'PY'
import asyncio
import json
import socket

import asyncgelf

receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
receiver.bind(("127.0.0.1", 0))
receiver.settimeout(20)
client = asyncgelf.GelfUdp(host="127.0.0.1", port=receiver.getsockname()[1])
for text in ("signed in", 'said "no"\nand left'):
    asyncio.run(client.udp_handler(text))
    message = json.loads(receiver.recv(65536))
    message["host"] = "host"
    print(message)
PY
v/bin/python run.py >seen
diff - seen <<'SEEN'
{'version': 1.1, 'host': 'host', 'short_message': '"signed in"', 'level': 1}
{'version': 1.1, 'host': 'host', 'short_message': '"said \\"no\\"\\nand left"', 'level': 1}
SEEN
echo "as described"
