#!/usr/bin/env bash
# PyPI pysyslogclient 0.1.1, RFC 5424: a time that the caller gives is written with the offset "+2300" on a machine in UTC, and with
# the hour below its own in every other zone (Paris "+0000"), for the clock is read twice and the difference is just under the hour.
# West of Greenwich the sign is lost as well. Without a given time the line is right.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check pysyslogclient==0.1.1
cat >say.py <<'PY'
import datetime
import socket
import pysyslogclient

receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
receiver.bind(("127.0.0.1", 0))
client = pysyslogclient.SyslogClientRFC5424("127.0.0.1", receiver.getsockname()[1])
client.log("signed in", timestamp=datetime.datetime(2026, 1, 2, 3, 4, 5))
print(receiver.recv(4096).decode().split(" ")[1])
PY
for zone in UTC0 XXX-1 XXX+5; do
  TZ=$zone v/bin/python say.py
done >seen
diff - seen <<'SEEN'
2026-01-02T03:04:05.000000+2300
2026-01-02T03:04:05.000000+0000
2026-01-02T03:04:05.000000+1800
SEEN
echo "as described"
