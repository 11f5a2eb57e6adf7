import { ConfigError } from "@arbitex/core/host";
import type { ExitCode } from "../account/account.ts";
import { askControl } from "../../control/ask-control.ts";
import { controlPathOf } from "../../control/control-path.ts";
import type { ReloadReport } from "../../service/reload-report.ts";
import { reloadReportSchema } from "../../service/reload-report.ts";
import { counted, grouped } from "../terminal/numbers.ts";
import type { Paint, Style } from "../terminal/paint.ts";
import type { CommandContext } from "../shared/context.ts";
import { inspect, paintOf, printJson, printLines, widthOf } from "../shared/context.ts";
import type { ProblemLinesOptions } from "../shared/problem-lines.ts";
import { problemLines } from "../shared/problem-lines.ts";

export async function reload(context: CommandContext): Promise<ExitCode> {
  // The server validates the file with its own secrets. This command only needs the server's socket.
  const { deployment, problems, isFileReadable } = await inspect(context);
  const path = controlPathOf(deployment.settings, context.terminal.workingFolder);
  const answer = askControl({ path, method: "POST", route: "/reload" }).catch((error: unknown) => {
    // The socket's path is in the file too.
    throw isFileReadable ? error : new ConfigError(problems);
  });
  const report = reloadReportSchema.parse(await answer);
  if (context.json) printJson(context, report);
  else printLines(context.terminal.stdout, reloadLines(report, paintOf(context), widthOf(context.terminal.stdout)));
  if (!report.ok) return 2;
  return report.needs_restart.length > 0 ? 1 : 0;
}

function reloadLines(report: ReloadReport, paint: Paint, width: number | undefined): string[] {
  const { ok, config, added, changed, removed, unchanged, needs_restart: needsRestart, problems, warnings } = report;
  const source = config ?? "the environment";
  const total = added.length + changed.length + removed.length;
  if (!ok && total === 0) {
    return [
      paint("red", `${source} is not usable. Nothing was changed:`),
      "",
      ...problemLines(problems, { paint, width }),
    ];
  }
  const sums = [`${added.length} added`, `${changed.length} changed`, `${removed.length} removed`];
  const head = `${source} was read again: ${sums.join(", ")}, ${counted(unchanged, "destination")} as before.`;
  const list = (mark: string, style: Style, some: ReloadReport["added"]) =>
    some.map(({ id, type }) => `  ${paint(style, mark)} ${id}${id === type ? "" : ` (${type})`}`);
  return [
    paint(ok ? "green" : "yellow", head),
    ...list("+", "green", added),
    ...list("~", "yellow", changed),
    ...removed.map((one) => `  ${paint("red", "-")} ${one.id}: ${removedText(one)}`),
    ...section("These could not be changed, and are as before:", problems, { paint, width }),
    ...(needsRestart.length === 0
      ? []
      : ["", paint("yellow", "Only a restart applies:"), ...needsRestart.map((name) => `  ${name}`)]),
    ...section("Odd, but nothing is lost by it:", warnings, { paint, width, isWarning: true }),
  ];
}

function removedText({ delivered, queued }: ReloadReport["removed"][number]): string {
  if (queued === 0) return `${grouped(delivered)} delivered, nothing queued`;
  return `${grouped(delivered)} delivered; ${counted(queued, "event")} stay queued for a destination of this id`;
}

function section(title: string, problems: ReloadReport["problems"], options: ProblemLinesOptions): string[] {
  return problems.length === 0 ? [] : ["", options.paint("yellow", title), "", ...problemLines(problems, options)];
}
