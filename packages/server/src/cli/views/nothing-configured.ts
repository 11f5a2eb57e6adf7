import { installCommand, lookedText } from "@arbitex/core/config";
import type { ConnectorRegistry } from "@arbitex/core/host";

/** Tells what to do when there are no destinations. */
export function nothingConfigured({ packages, looked = [] }: ConnectorRegistry): string {
  const installed =
    packages.length === 0
      ? `none. ${lookedText(looked)} For example: ${installCommand(looked, "@arbitex/connector-splunk")}`
      : `${packages.map(({ type }) => type).join(", ")}.`;
  return `No destination is configured, so there is nowhere to deliver to.
(Connectors that are installed: ${installed})

Name one by environment variables:

  SPLUNK_HEC_URL=https://splunk.example.com:8088 SPLUNK_HEC_TOKEN=... arbitex-siem run
  ELASTIC_URL=https://es.example.com:9200 ELASTIC_API_KEY=... arbitex-siem run

or write a file siem.config.yaml here:

  destinations:
    - id: soc-splunk
      type: splunk_hec
      config: { url: "https://splunk.example.com:8088", token: "\${SPLUNK_TOKEN}" }

What a destination can be told: arbitex-siem connectors describe splunk_hec
To watch it work first, with simulated SIEMs: arbitex-siem run --demo`;
}
