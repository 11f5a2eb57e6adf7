#!/usr/bin/env bash
# pySigma-backend-victorialogs 0.2.0 beside VictoriaLogs 1.52.1: `contains` becomes a phrase filter, which begins and
# ends at word borders: what Sigma's `base64offset|contains` looks for stands inside a longer word, and is never found.
# A regular expression filter finds it.
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
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check pysigma-backend-victorialogs==0.2.0 pysigma==1.5.1
converted=$(v/bin/python - <<'PY'
from sigma.backends.victorialogs import VictoriaLogsBackend
from sigma.collection import SigmaCollection

rule = "title: t\nlogsource: {product: any}\ndetection:\n  s: {command|base64offset|contains: hello}\n  condition: s\n"
print(VictoriaLogsBackend().convert(SigmaCollection.from_yaml(rule))[0])
PY
)
{
  echo "{\"time\":\"$now\",\"message\":\"m\",\"command\":\"run aGVsbG8gd29ybGQ= now\"}" | insert
  echo "$converted: $(query "($converted) | count() hits")"
  echo "a regular expression: $(query 'command:~"aGVsbG" | count() hits')"
} >seen
diff - seen <<'SEEN'
200
command:"aGVsbG" OR command:"hlbGxv" OR command:"oZWxsb": {"hits":"0"}
a regular expression: {"hits":"1"}
SEEN
echo "as described"
