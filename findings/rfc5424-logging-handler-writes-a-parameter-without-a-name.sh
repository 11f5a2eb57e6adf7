#!/usr/bin/env bash
# PyPI rfc5424-logging-handler 1.4.3: characters that a parameter's name may not have are taken out of it, and what remains
# is sent, be it nothing: `="v"`, which no parser of RFC 5424 reads (syslog-rfc5424-parser 0.3.2 raises). Two names that
# become one are sent twice.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check rfc5424-logging-handler==1.4.3 syslog-rfc5424-parser==0.3.2
cat >run.py <<'PY'
import logging
import socket

from rfc5424logging import Rfc5424SysLogHandler
from syslog_rfc5424_parser import ParseError, SyslogMessage

receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
receiver.bind(("127.0.0.1", 0))
receiver.settimeout(20)
logger = logging.getLogger("audit")
logger.setLevel(logging.INFO)
logger.propagate = False
logger.handlers = [Rfc5424SysLogHandler(address=receiver.getsockname(), hostname="host", utc_timestamp=True)]
for names in (["user"], ["é"], ["user id", "userid"]):
    data = {"ex@32473": {name: "v" for name in names}}
    logger.info("text", extra={"structured_data": data})
    line = receiver.recv(65536).decode("utf-8").replace("\ufeff", "")
    try:
        read = SyslogMessage.parse(line).as_dict()["sd"]
    except ParseError:
        read = "ParseError"
    print(names, line[line.index("[") :], read)
PY
v/bin/python run.py >seen
diff - seen <<'SEEN'
['user'] [ex@32473 user="v"] text {'ex@32473': {'user': 'v'}}
['é'] [ex@32473 ="v"] text ParseError
['user id', 'userid'] [ex@32473 userid="v" userid="v"] text {'ex@32473': {'userid': 'v'}}
SEEN
echo "as described"
