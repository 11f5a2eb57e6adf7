import type { ValidateOptions } from "@arbitex/core/ocsf";
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

/** Far above the limit of any SIEM, and bounds memory. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** Reports on a file, or writes a verdict for each of its lines. Returns 1 when there are errors. */
export async function validateFile(context: CommandContext, path: string, options: ValidateOptions): Promise<ExitCode> {
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
