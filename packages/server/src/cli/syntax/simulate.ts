import type { Command } from "commander";
import type { SimulateOptions } from "../commands/simulate.ts";
import type { Registration } from "../shared/registration.ts";
import { portNumber, register } from "../shared/registration.ts";

/** The simulators and their faults. Written out: loading them takes longer than all other commands together. */
export const simulated: readonly string[] = [
  "splunk_hec",
  "elastic",
  "datadog",
  "sentinel",
  "sumo_logic",
  "qradar",
  "syslog",
  "s3",
  "file",
  "google_secops",
  "cortex_xsiam",
  "webhook",
  "otlp_http",
];

export const kinds: readonly string[] = [
  "a status such as 503",
  "reset-before",
  "reset-after",
  "half-closed",
  "slow",
  "truncated",
  "html",
  "empty",
  "hang",
  "early",
  "endless",
  "informed",
  "drip",
  "continue",
  "partial",
];

export function addSimulateCommand(program: Command, registration: Registration): void {
  const command = program
    .command("simulate <type...>")
    .description(`simulate SIEMs on this machine (${simulated.join(", ")})`)
    .option("--port <number>", "port of the first, the others follow (default: each SIEM's own)", portNumber)
    .option("--fault <spec>", `faults by share of the requests; kinds: ${kinds.join(", ")}`);
  register(command, registration, {
    examples: [
      "arbitex-siem simulate splunk",
      "arbitex-siem simulate splunk elastic --port 9100",
      "arbitex-siem simulate splunk --fault 503:20%,429:5%:retry-after=2,reset-after:5%",
    ],
    act: async (context, options: SimulateOptions, types) =>
      (await import("../commands/simulate.ts")).simulate(context, options, types),
  });
}
