import type { Command } from "commander";
import type { RunOptions } from "../commands/run/run.ts";
import type { Registration } from "../shared/registration.ts";
import { portNumber, register, workerNumber } from "../shared/registration.ts";

export function addRunCommand(program: Command, registration: Registration): void {
  const command = program
    .command("run")
    .description("deliver events that come over HTTP, or those of a file")
    .option(
      "--input <file>",
      "read NDJSON or a JSON array from a file (or - for standard input; gzip or plain), deliver it and end",
    )
    .option("--records", "with --input: its lines are audit records of the platform, to be made into events")
    .option("--port <number>", "port to listen on (default: SIEM_PORT, or 8080)", portNumber)
    .option("--host <address>", "address to listen on (default: SIEM_HOST, or 127.0.0.1)")
    .option(
      "--workers <number>",
      "threads that encode, compress and send, so that the intake has one of its own (default: SIEM_WORKERS, or 0)",
      workerNumber,
    )
    .option("--demo", "without any destination, show how it works with simulated SIEMs");
  register(command, registration, {
    examples: [
      "SPLUNK_HEC_URL=https://splunk:8088 SPLUNK_HEC_TOKEN=... arbitex-siem run",
      "arbitex-siem run --config siem.config.yaml --port 9000",
      "arbitex-siem run --input events.ndjson.gz --json",
      "arbitex-siem run --input audit-log.ndjson --records",
      "arbitex-siem run --demo",
    ],
    act: async (context, options: RunOptions) => (await import("../commands/run/run.ts")).run(context, options),
  });
}
