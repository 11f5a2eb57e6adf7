#!/usr/bin/env bash
# VictoriaLogs 1.52.1, LogsQL: `=` compares texts, `>=` and `<=` compare numbers: 1.50 is not `=1.5`, though it is both
# `>=1.5` and `<=1.5`.
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
insert() {
  curl -sS -o answer -w '%{http_code}\n' -H 'content-type: application/stream+json' --data-binary @- \
    "http://127.0.0.1:$port/insert/jsonline?_msg_field=message&_time_field=time"
  curl -sS "http://127.0.0.1:$port/internal/force_flush"
}
query() {
  curl -sS "http://127.0.0.1:$port/select/logsql/query" --data-urlencode "query=$1" --data-urlencode start=2020-01-01 --data-urlencode end=2100-01-01
}
now=$(date -u +%FT%TZ)
{
  echo "{\"time\":\"$now\",\"message\":\"m\",\"score\":1.50}" | insert
  for filter in 'score:=1.5' 'score:>=1.5 score:<=1.5'; do
    echo "$filter: $(query "$filter | count() hits")"
  done
} >seen
diff - seen <<'SEEN'
200
score:=1.5: {"hits":"0"}
score:>=1.5 score:<=1.5: {"hits":"1"}
SEEN
echo "as described"
