#!/usr/bin/env bash
# PyPI graypy 2.1.0 and rfc5424-logging-handler 1.4.3: a level of one's own is not placed between its neighbours. TRACE (5,
# below DEBUG) goes out from graypy under its Python number, which GELF reads as "notice", above INFO; and 25 as 25, which
# is no level. The syslog handler knows 25 by its name, and sends TRACE as "warning". A filter for info and up lets TRACE in.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check graypy==2.1.0 rfc5424-logging-handler==1.4.3
cat >run.py <<'PY'
import json
import logging
import socket
import zlib

import graypy
from rfc5424logging import Rfc5424SysLogHandler

receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
receiver.bind(("127.0.0.1", 0))
receiver.settimeout(20)
address = receiver.getsockname()
logging.addLevelName(5, "TRACE")
logging.addLevelName(25, "NOTICE")
gelf = graypy.GELFUDPHandler(*address)
syslog = Rfc5424SysLogHandler(address=address, hostname="host")
logger = logging.getLogger("audit")
logger.setLevel(1)
logger.propagate = False


def sent(handler, level):
    logger.handlers = [handler]
    logger.log(level, "text")
    return receiver.recv(65536)


for level in (5, logging.DEBUG, logging.INFO, 25):
    by_gelf = json.loads(zlib.decompress(sent(gelf, level)))["level"]
    by_syslog = int(sent(syslog, level)[1:].split(b">")[0]) % 8
    print(logging.getLevelName(level), "GELF", by_gelf, "syslog", by_syslog)
PY
v/bin/python run.py >seen
diff - seen <<'SEEN'
TRACE GELF 5 syslog 4
DEBUG GELF 7 syslog 7
INFO GELF 6 syslog 6
NOTICE GELF 25 syslog 5
SEEN
echo "as described"
