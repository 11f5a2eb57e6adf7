import type { SchemaName, ValidateOptions } from "@arbitex/core/ocsf";
import { Option } from "commander";
import type { Command } from "commander";
import { z } from "zod";
import { messageOf } from "../../message-of.ts";
import type { ExitCode } from "../account/account.ts";
import { createFindingsReport } from "../ocsf/findings-report.ts";
import { judgeLine, verdictLine } from "../ocsf/judge-line.ts";
import { inputLines } from "../../reading/input-lines.ts";
import { openInput } from "../../reading/open-input.ts";
import { writeAll } from "../terminal/write-all.ts";
import type { CommandContext } from "../shared/context.ts";
import { paintOf, printLines } from "../shared/context.ts";
import { UsageError } from "../../usage-error.ts";
import type { Registration } from "../shared/registration.ts";
import { register } from "../shared/registration.ts";

const schemas = ["base", "extended"] as const satisfies readonly SchemaName[];

const validateOptions = z.looseObject({
  schema: z.enum(schemas).default("base"),
  missingRecommended: z.boolean().default(false),
});

/** Far above the limit of any SIEM, and bounds memory. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

export function addOcsfCommands(program: Command, registration: Registration): void {
  const group = program.command("ocsf").description("OCSF events, judged without a network");
  const validateCommand = group
    .command("validate <file>")
    .description("judge events as the official OCSF 1.1.0 validator does, an event on each line (- for standard input)")
    .addOption(
      new Option("--schema <name>", "bare OCSF 1.1.0, or with the arbitex extension").choices(schemas).default("base"),
    )
    .option("--missing-recommended", "also warn of recommended attributes that are missing");
  register(validateCommand, registration, {
    examples: [
      "arbitex-siem ocsf validate events.ndjson",
      "arbitex-siem ocsf validate events.ndjson.gz --schema extended",
      "arbitex-siem ocsf validate - --json < events.ndjson",
    ],
    jsonHelp: 'print {"errors":[{"code","path"}],"warnings":[…]} for each line, in order',
    act: (context, options, [file = "-"]) => validateFile(context, file, validateOptions.parse(options)),
  });
}

/** Reports on a file, or writes a verdict for each of its lines. Returns 1 when there are errors. */
async function validateFile(context: CommandContext, path: string, options: ValidateOptions): Promise<ExitCode> {
  const { terminal, json } = context;
  const report = createFindingsReport();
  for await (const lines of inputLines(readable(path, context), { maxLineBytes: MAX_LINE_BYTES })) {
    let verdicts = "";
    for (const line of lines) {
      const verdict = judgeLine(line, options);
      report.add(verdict);
      if (json) verdicts += verdictLine(verdict);
    }
    if (json) await writeAll(terminal.stdout, verdicts);
  }
  if (!json) {
    const title = `${path === "-" ? "standard input" : path} (${options.schema ?? "base"} schema)`;
    printLines(terminal.stdout, report.text(title, paintOf(context)));
    if (options.schema !== "extended" && [...report.errorCodes].includes("attribute_unknown")) {
      printLines(terminal.stdout, ["", "Attributes of the arbitex extension are known with --schema extended."]);
    }
  }
  return report.linesWithErrors > 0 ? 1 : 0;
}

async function* readable(path: string, { terminal }: CommandContext): AsyncGenerator<Buffer> {
  try {
    yield* (await openInput(path, terminal.stdin, new AbortController().signal)).chunks;
  } catch (cause) {
    const reason = messageOf(cause);
    throw new UsageError(`The input ${path} cannot be read: ${reason}`, { cause });
  }
}
