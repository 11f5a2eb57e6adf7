#!/usr/bin/env bash
# Installs what the tests of peers and of the console start: search engines (Java, Maven), syslog receivers, nginx, PostgreSQL, Python's cryptography, and moto. For
# Debian and Ubuntu, as root; elsewhere it says what is missing, and the tests that need it say so again.
set -euo pipefail

wanted=()
command -v java >/dev/null && command -v javac >/dev/null || wanted+=(openjdk-17-jdk-headless)
command -v mvn >/dev/null || wanted+=(maven)
command -v rsyslogd >/dev/null || wanted+=(rsyslog)
[ -e /usr/lib/"$(uname -m)"-linux-gnu/rsyslog/lmnsd_gtls.so ] || wanted+=(rsyslog-gnutls)
command -v openssl >/dev/null || wanted+=(openssl)
# What syslog-ng needs to run; the test unpacks it without installing it, for its package would remove rsyslog.
for library in libivykis0 libnet1 libwrap0 libpcre3; do
  dpkg -s "$library" >/dev/null 2>&1 || wanted+=("$library")
done
[ -x /usr/sbin/nginx ] || wanted+=(nginx-light)
command -v curl >/dev/null || wanted+=(curl)
# For the console's tests.
command -v chromium >/dev/null || command -v google-chrome >/dev/null || wanted+=(chromium)
/usr/bin/python3 -c 'import cryptography.fernet' 2>/dev/null || wanted+=(python3-cryptography)
[ -d /usr/lib/postgresql ] || wanted+=(postgresql)
/usr/bin/python3 -c 'import ensurepip' 2>/dev/null || wanted+=(python3-venv)

# moto, an S3 server with users and rights, and PyArrow, which reads Parquet: in a folder of their own.
s3_peer() {
  local folder=${TMPDIR:-/tmp}/arbitex-s3-peer
  [ -x "$folder/bin/moto_server" ] && return
  /usr/bin/python3 -m venv "$folder"
  "$folder/bin/pip" install --quiet 'moto[server]==5.2.5' boto3==1.44.8 pyarrow==26.0.1
}

if [ ${#wanted[@]} -eq 0 ]; then
  s3_peer
  exit 0
fi

if ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
  echo "THE PEER TESTS NEED: ${wanted[*]} — install them, this machine has no apt-get or you are not root." >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${wanted[@]}" >/dev/null
s3_peer
