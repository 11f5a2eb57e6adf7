#!/usr/bin/env bash
# build.sh [VERSION]
# Builds an OpenTelemetry Collector that takes OTLP and writes what it got into a file, as `arbitex-otelcol` of PEER_CACHE
# (~/.cache/siem-peers unless told). Wants Go and takes two to six minutes, so that no test does it by itself: they use it once it is
# there.
set -euo pipefail
version=${1:-v0.159.0}
target=${PEER_CACHE:-$HOME/.cache/siem-peers}/otelcol-$version
[ -x "$target/otelcol" ] && exit 0
command -v go >/dev/null || { echo "THE OPENTELEMETRY COLLECTOR NEEDS GO to be built" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
GOBIN=$work go install "go.opentelemetry.io/collector/cmd/builder@$version"
cat >"$work/builder.yaml" <<YAML
dist: { name: otelcol, output_path: $work/out }
receivers: [{ gomod: "go.opentelemetry.io/collector/receiver/otlpreceiver $version" }]
exporters: [{ gomod: "github.com/open-telemetry/opentelemetry-collector-contrib/exporter/fileexporter $version" }]
extensions: [{ gomod: "github.com/open-telemetry/opentelemetry-collector-contrib/extension/bearertokenauthextension $version" }]
YAML
"$work/builder" --config "$work/builder.yaml"
mkdir -p "$target"
mv "$work/out/otelcol" "$target/otelcol"
