import { join } from "node:path";
import type { ExitCode } from "../account/account.ts";
import type { CommandContext } from "../shared/context.ts";
import { loadRegistry, paintOf, printJson, printLines } from "../shared/context.ts";
import { readSetupFiles } from "../../reading/setup-kit.ts";
import { UsageError } from "../../usage-error.ts";

export async function setup(context: CommandContext, type: string): Promise<ExitCode> {
  const registry = await loadRegistry(context);
  // For an unknown type this throws with the installed types, or with what to install.
  const { displayName } = await registry.load(type);
  const folder = registry.packages.find((found) => found.type === type)?.folder ?? "";
  const files = await readSetupFiles(join(folder, "setup"));
  if (files.length === 0)
    throw new UsageError(`${displayName} needs no files on its side; see ${join(folder, "README.md")}.`);
  if (context.json) {
    printJson(context, { type, files });
    return 0;
  }
  const paint = paintOf(context);
  for (const { path, content } of files) {
    printLines(context.terminal.stdout, [paint("bold", `── ${path}`), "", content.trimEnd(), ""]);
  }
  return 0;
}
