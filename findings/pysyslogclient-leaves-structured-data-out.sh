#!/usr/bin/env bash
# PyPI pysyslogclient 0.1.1: its RFC 5424 client writes no STRUCTURED-DATA, not even the "-" that the format demands, so that a
# receiver takes the first word of the message for it. Two messages of the client, read by the parser syslog-rfc5424-parser 0.3.2:
# one is refused, and one that begins with a dash loses that dash.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check pysyslogclient==0.1.1 syslog-rfc5424-parser==0.3.2
v/bin/python - >seen <<'PY'
import socket
import pysyslogclient
from syslog_rfc5424_parser import ParseError, SyslogMessage

receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
receiver.bind(("127.0.0.1", 0))
client = pysyslogclient.SyslogClientRFC5424("127.0.0.1", receiver.getsockname()[1])
for text in ["user signed in", "- user signed in"]:
    client.log(text, hostname="host", program="app", pid="7")
    line = receiver.recv(4096).decode().rstrip("\n")
    print(line.split(" ", 2)[2])
    try:
        print("read as", repr(SyslogMessage.parse(line).msg))
    except ParseError:
        print("not RFC 5424")
PY
diff - seen <<'SEEN'
host app 7 - user signed in
not RFC 5424
host app 7 - - user signed in
read as 'user signed in'
SEEN
echo "as described"
