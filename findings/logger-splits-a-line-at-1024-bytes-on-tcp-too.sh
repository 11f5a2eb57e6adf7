#!/usr/bin/env bash
# util-linux logger 2.38.1 (Debian 12): a line of standard input longer than 1,024 bytes becomes two messages, on TCP as
# well, where nothing asks for a limit; an audit event of 1.2 kB arrives torn in two. `--size` raises the limit.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >receive.py <<'PY'
import socket
import sys

listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(1)
listener.settimeout(20)
with open("port.new", "w") as file:
    file.write(str(listener.getsockname()[1]))
import os

os.rename("port.new", sys.argv[1])
connection, _ = listener.accept()
received = b""
while part := connection.recv(65536):
    received += part
print("messages:", received.count(b"<134>1 "))
PY
seen_by() {
  python3 receive.py "port-$1" >"out-$1" &
  until [ -e "port-$1" ]; do sleep 0.1; done
  python3 -c 'print("a" * 1500)' | logger --rfc5424 --tcp -n 127.0.0.1 -P "$(cat "port-$1")" -p local0.info "${@:2}"
  wait
  cat "out-$1"
}
{
  logger --version
  echo "default: $(seen_by default)"
  echo "--size 4KiB: $(seen_by size --size 4KiB)"
} >seen
diff - seen <<'SEEN'
logger from util-linux 2.38.1
default: messages: 2
--size 4KiB: messages: 1
SEEN
echo "as described"
