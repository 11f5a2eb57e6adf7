import type { Deployment } from "@arbitex/core/host";
import { ConfigError } from "@arbitex/core/host";
import type { Command } from "commander";
import type { ExitCode } from "../account/account.ts";
import { counted } from "../terminal/numbers.ts";
import { tableLines } from "../terminal/table.ts";
import type { CommandContext } from "./context.ts";
import { load, paintOf, printJson, printLines, widthOf } from "./context.ts";
import { problemLines } from "./problem-lines.ts";
import type { Registration } from "./registration.ts";
import { register } from "./registration.ts";

export function addValidateCommand(program: Command, registration: Registration): void {
  register(
    program.command("validate").description("check the configuration without connecting to anything"),
    registration,
    {
      examples: ["arbitex-siem validate", "arbitex-siem validate --config siem.config.yaml --json"],
      act: validate,
    },
  );
}

async function validate(context: CommandContext): Promise<ExitCode> {
  const { stdout } = context.terminal;
  const paint = paintOf(context);
  let deployment: Deployment;
  try {
    deployment = await load(context);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { problems } = error;
    if (context.json) printJson(context, { ok: false, problems, warnings: [], destinations: [] });
    else {
      const head = paint("red", `The configuration has ${counted(problems.length, "problem")}:`);
      printLines(stdout, [head, ...problemLines(problems, paint)]);
    }
    return 2;
  }
  const { destinations, warnings, configPath } = deployment;
  const rows = destinations.map(({ id, connector, orgId = null }) => ({ id, type: connector.type, org_id: orgId }));
  if (context.json) {
    printJson(context, { ok: true, problems: [], warnings, destinations: rows, config: configPath ?? null });
    return 0;
  }
  const source = configPath === undefined ? "the environment" : `the environment and ${configPath}`;
  printLines(stdout, [
    `${paint("green", "The configuration is valid")}: ${counted(rows.length, "destination")} from ${source}.`,
    ...(rows.length === 0
      ? []
      : ["", ...tableLines(COLUMNS, rows.map(rowOf), { paint, width: widthOf(stdout), indent: 2 })]),
    ...(warnings.length === 0
      ? []
      : ["", paint("yellow", "Odd, but nothing is lost by it:"), ...problemLines(warnings, paint)]),
  ]);
  return 0;
}

const COLUMNS = [{ title: "DESTINATION", shrinkTo: 12 }, { title: "TYPE" }, { title: "ORGANISATION" }];

function rowOf({ id, type, org_id }: { readonly id: string; readonly type: string; readonly org_id: string | null }) {
  return [id, type, org_id ?? "all"];
}
