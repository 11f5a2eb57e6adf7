#!/usr/bin/env bash
# VictoriaLogs 1.52.1, bulk: one document over 256 KiB makes the answer 400 for the whole request, without outcomes, but the
# documents before it are stored and those after it are not. Elasticsearch has an outcome for each, and a 400 there means
# that nothing was taken, so that a client that sends the others again stores the first ones twice.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
command -v go >/dev/null || { echo "needs Go, to build VictoriaLogs" >&2; exit 1; }
GOBIN="$work" go install github.com/VictoriaMetrics/VictoriaLogs/app/victoria-logs@v1.52.1 2>install.log || { cat install.log >&2; exit 1; }
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
./victoria-logs -storageDataPath=data -httpListenAddr="127.0.0.1:$port" >run.log 2>&1 &
trap 'kill %1; wait 2>/dev/null; rm -rf "$work"' EXIT
until curl -sf "http://127.0.0.1:$port/health" >/dev/null; do sleep 0.2; done
python3 - >bulk <<'PY'
import json
from datetime import datetime, timezone

now = datetime.now(timezone.utc).isoformat()
for name, size in [("one", 10), ("two", 300_000), ("three", 10)]:
    print(json.dumps({"create": {}}))
    print(json.dumps({"@timestamp": now, "message": name, "text": "x" * size}))
PY
{
  curl -sS -o answer -w '%{http_code}\n' -H 'content-type: application/x-ndjson' --data-binary @bulk \
    "http://127.0.0.1:$port/insert/elasticsearch/_bulk?_time_field=@timestamp&_msg_field=message"
  curl -sS "http://127.0.0.1:$port/internal/force_flush"
  curl -sS "http://127.0.0.1:$port/select/logsql/query" --data-urlencode 'query=* | fields _msg'
} >seen
diff - seen <<'SEEN'
400
{"_msg":"one"}
SEEN
echo "as described"
