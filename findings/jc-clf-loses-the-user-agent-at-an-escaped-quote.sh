#!/usr/bin/env bash
# PyPI jc 1.26.1, combined log format: a quote in the Referer, which Apache and nginx write escaped, ends the field there. The
# user agent is lost then, and the rest of the line stands in a field of its own.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check jc==1.26.1
v/bin/python - >seen <<'PY'
import jc

for referer in ["https://example.com/?q=a", r"https://example.com/?q=\"a\""]:
    line = rf'192.0.2.1 - - [01/Dec/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 5 "{referer}" "curl/8.10"'
    fields = jc.parse("clf", line)[0]
    print([fields.get(key) for key in ("status", "referer", "user_agent", "extra")])
PY
diff - seen <<'SEEN'
[200, 'https://example.com/?q=a', 'curl/8.10', None]
[200, 'https://example.com/?q=\\', None, 'a\\"" "curl/8.10"']
SEEN
echo "as described"
