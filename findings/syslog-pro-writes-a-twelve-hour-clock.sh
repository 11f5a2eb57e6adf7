#!/usr/bin/env bash
# npm syslog-pro 1.0.0: the RFC 5424 timestamp has the hour of a twelve-hour clock and no sign of morning or afternoon:
# 13:00 UTC is written as 01:00+00:00, twelve hours early. The BOM that it is asked for is spelled with three letters.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund syslog-pro@1.0.0
cat >run.mjs <<'JS'
process.env.TZ = "UTC";
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...args) {
    super(...(args.length > 0 ? args : [Date.now()]));
  }
  static now() {
    return RealDate.UTC(2026, 10, 30, 13, 45, 0);
  }
};
const { default: syslog } = await import("syslog-pro");
const writer = new syslog.RFC5424({ applicationName: "app", hostname: "host", timestamp: true, encodeUtf8BOM: true });
console.log(JSON.stringify(await writer.buildMessage("hello")));
JS
node run.mjs >seen
diff - seen <<'SEEN'
"<190>1 2026-11-30T01:45:00+00:00 host  - - - BOMhello\n"
SEEN
echo "as described"
