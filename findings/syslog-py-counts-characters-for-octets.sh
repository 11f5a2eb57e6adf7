#!/usr/bin/env bash
# PyPI syslog-py 0.2.5, TCP: the count before a message (RFC 6587) is of its characters, not of its octets. RFC 5424 text
# outside ASCII is longer than its count says; RFC 3164 leaves such characters out after they were counted. A reader that
# counts takes the next message for the rest of this one, or the rest for a count.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check syslog-py==0.2.5
cat >run.py <<'PY'
import socket

from pysyslogclient import SyslogClientRFC3164, SyslogClientRFC5424


def frames(data):
    while data:
        count, _, rest = data.partition(b" ")
        if not count.isdigit():
            yield f"no count: {data[:4]!r}"
            return
        frame, data = rest[: int(count)], rest[int(count) :]
        yield f"{count.decode()} octets announced: ends with {frame[-8:]!r}"


for client_class in (SyslogClientRFC5424, SyslogClientRFC3164):
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(20)
    client = client_class("127.0.0.1", listener.getsockname()[1], proto="TCP")
    for text in ("plain", "naïve é", "after"):
        client.log(text, program="app", pid=1, hostname="host")
    client.close()
    connection, _ = listener.accept()
    received = b""
    while part := connection.recv(65536):
        received += part
    print(client_class.__name__)
    for frame in frames(received):
        print(" ", frame)
PY
v/bin/python run.py >seen
diff - seen <<'SEEN'
SyslogClientRFC5424
  52 octets announced: ends with b' - plain'
  54 octets announced: ends with b' na\xc3\xafve '
  no count: b'\xc3\xa952'
SyslogClientRFC3164
  38 octets announced: ends with b']: plain'
  40 octets announced: ends with b' nave 38'
  no count: b' <14'
SEEN
echo "as described"
