#!/usr/bin/env bash
# npm syslog-pro 1.0.0: its CEF writer leaves pipes of the header, and equals signs, backslashes and line feeds of
# extensions as they are: fields shift, and one event is two lines. Its LEEF writer does the same with the tab that
# separates attributes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund syslog-pro@1.0.0
cat >run.mjs <<'JS'
import syslog from "syslog-pro";

const cef = new syslog.CEF({
  deviceVendor: "A|B",
  deviceProduct: "p",
  deviceVersion: "1",
  deviceEventClassId: "id",
  name: "n",
  severity: 5,
  extensions: { msg: "a=b\\c\nd" },
});
console.log(JSON.stringify(await cef.buildMessage()));
const leef = new syslog.LEEF({ vendor: "A", product: "p", version: "1", eventId: "id", attributes: { msg: "a\tusrName=b" }, syslogHeader: false });
console.log(JSON.stringify(await leef.buildMessage()));
JS
node run.mjs >seen
diff - seen <<'SEEN'
"CEF:0|A|B|p|1|id|n|5|msg=a=b\\c\nd "
"LEEF:2.0|A|p|1|id|msg=a\tusrName=b\t"
SEEN
echo "as described"
