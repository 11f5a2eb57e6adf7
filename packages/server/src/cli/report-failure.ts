import type { ConfigProblem } from "@arbitex/core/host";
import { ConfigError } from "@arbitex/core/host";
import type { ExitCode } from "./account/account.ts";
import { UsageError } from "../usage-error.ts";
import { problemLines } from "./shared/problem-lines.ts";
import { messageOf } from "../message-of.ts";
import { widthOf } from "./shared/context.ts";
import { paintFor } from "./terminal/paint.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** Prints an error on stderr, and with `--json` on stdout too. Returns the exit code. */
export function reportFailure(
  error: unknown,
  { terminal, json }: { readonly terminal: Terminal; readonly json: boolean },
): ExitCode {
  const { stdout, stderr, environment } = terminal;
  const paint = paintFor(stderr, environment);
  const problems: readonly ConfigProblem[] = error instanceof ConfigError ? error.problems : [];
  const message = messageOf(error);
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "INTERNAL";
  if (json) stdout.write(`${JSON.stringify({ error: { code, message, ...(problems.length > 0 && { problems }) } })}\n`);

  if (problems.length > 0) {
    const lines = [
      paint("red", "The configuration is not usable:"),
      "",
      ...problemLines(problems, { paint, width: widthOf(stderr) }),
    ];
    stderr.write(`${lines.join("\n")}\n`);
    return 2;
  }
  if (error instanceof UsageError || code.startsWith("SIEM_")) {
    stderr.write(`${paint("red", "error:")} ${message}\n`);
    return 2;
  }
  // An internal error is printed with its stack, which a bug report needs.
  stderr.write(
    `${paint("red", "This should not have happened:")} ${error instanceof Error ? (error.stack ?? message) : message}\n`,
  );
  return 1;
}
