#!/usr/bin/env bash
# PyPI pysyslogclient 0.1.1: its RFC 3164 client cuts every message at 1,024 bytes on TCP too, and cuts the line break with it. The
# next message continues the same line: a receiver that splits by line gets one message where two were sent. The call tells nothing.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check pysyslogclient==0.1.1
v/bin/python - >seen <<'PY'
import socket
import pysyslogclient

server = socket.create_server(("127.0.0.1", 0))
client = pysyslogclient.SyslogClientRFC3164("127.0.0.1", server.getsockname()[1], proto="tcp")
for text in ["a" * 1200, "second", "third"]:
    client.log(text, hostname="host", program="app")
client.close()
connection, _ = server.accept()
received = b""
while chunk := connection.recv(65536):
    received += chunk
lines = received.decode().splitlines()
print(len(lines), "lines, of", [len(line.split(" ")) for line in lines], "words, and", len(lines[0]) > 1024)
print("the first ends with", lines[0][-6:])
PY
diff - seen <<'SEEN'
2 lines, of [11, 6] words, and True
the first ends with second
SEEN
echo "as described"
