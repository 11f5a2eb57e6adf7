import type { Command } from "commander";
import type { Registration } from "../shared/registration.ts";
import { register } from "../shared/registration.ts";

/**
 * Adds `export` and `import`, for links that are rarely or never up: a queue becomes a file, and the file is delivered
 * elsewhere.
 */
export function addBundleCommands(program: Command, registration: Registration): void {
  register(
    program
      .command("export <destination>")
      .description("move what is queued for a destination into a signed, encrypted bundle")
      .option("--to <file>", "the bundle; FILE.partial until it is whole")
      .option("--sign <file>", "own private key, Ed25519, PEM")
      .option("--encrypt <file>", "public key of the importing side, X25519, PEM")
      .option("--since <time>", "only what was accepted from then on: a date, or how long ago, such as 24h")
      .option("--until <time>", "only what was accepted before that; both only while no server runs")
      .option("--resume", "finish FILE.partial of an export that was interrupted, if there is one"),
    registration,
    {
      examples: ["arbitex-siem export soc-splunk --to monday.bundle --sign sign.pem --encrypt recipient.pub.pem"],
      act: async (context, options, [id = ""]) => {
        const { exportOptions, exportToBundle } = await import("../commands/export-to-bundle.ts");
        return exportToBundle(context, id, exportOptions.parse(options));
      },
    },
  );
  register(
    program
      .command("import <file>")
      .description("deliver a bundle's events to the destination of the same id here, each once and in order")
      .option("--verify <file>", "public key of the exporting side, Ed25519, PEM")
      .option("--decrypt <file>", "own private key, X25519, PEM")
      .option("--as <destination>", "deliver to this destination instead")
      .option("--incomplete", "take what there is of a bundle whose export was interrupted"),
    registration,
    {
      examples: [
        "arbitex-siem import monday.bundle --verify sign.pub.pem --decrypt recipient.pem",
        "arbitex-siem import monday.bundle --verify sign.pub.pem --decrypt recipient.pem --as archive --json",
      ],
      act: async (context, options, [path = ""]) => {
        const { importFromBundle, importOptions } = await import("../commands/import-from-bundle.ts");
        return importFromBundle(context, path, importOptions.parse(options));
      },
    },
  );
}
