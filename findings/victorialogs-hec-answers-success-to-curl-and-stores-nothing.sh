#!/usr/bin/env bash
# VictoriaLogs 1.52.1, HEC: an event sent as `curl -d` sends it, with the content type of a form, is answered 200 and
# `{"text":"Success","code":0}`, and is not stored. As plain text or JSON it is. Splunk's own examples of HEC are such calls of
# curl.
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
hec="http://127.0.0.1:$port/insert/splunk/services/collector/event"
{
  echo "curl: $(curl -sS -d '{"event":{"sent":"by curl"}}' "$hec")"
  echo "text: $(curl -sS -H 'content-type: text/plain' -d '{"event":{"sent":"as text"}}' "$hec")"
  echo "json: $(curl -sS -H 'content-type: application/json' -d '{"event":{"sent":"as JSON"}}' "$hec")"
  curl -sS "http://127.0.0.1:$port/internal/force_flush"
  curl -sS "http://127.0.0.1:$port/select/logsql/query" --data-urlencode 'query=* | fields event.sent | sort by (event.sent)'
} >seen
diff - seen <<'SEEN'
curl: {"text":"Success","code":0}
text: {"text":"Success","code":0}
json: {"text":"Success","code":0}
{"event.sent":"as JSON"}
{"event.sent":"as text"}
SEEN
echo "as described"
