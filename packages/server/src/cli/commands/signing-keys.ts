import type { PublishedKey } from "@arbitex/core/host";
import { readPublishedKeys, rotateSigningKey } from "@arbitex/core/host";
import { signingKeyPath } from "../../config/signing-key-path.ts";
import type { ExitCode } from "../account/account.ts";
import type { CommandContext } from "../shared/context.ts";
import { load, printJson, printLines } from "../shared/context.ts";

/** Prints the public keys, newest first. */
export async function showKeys(context: CommandContext): Promise<ExitCode> {
  print(context, await readPublishedKeys(await pathOf(context)));
  return 0;
}

/** Adds a key, and prints all of them. */
export async function rotateKeys(context: CommandContext): Promise<ExitCode> {
  print(context, await rotateSigningKey(await pathOf(context)));
  return 0;
}

async function pathOf(context: CommandContext): Promise<string> {
  const { settings } = await load(context);
  return signingKeyPath(settings.queue);
}

function print(context: CommandContext, keys: readonly PublishedKey[]): void {
  if (context.json) return printJson(context, { keys });
  if (keys.length === 0) {
    return printLines(context.terminal.stdout, ["No key yet: the first destination with `integrity` creates one."]);
  }
  printLines(
    context.terminal.stdout,
    keys.map(({ kid, x, created_at, retired_at }) => {
      const until = retired_at === undefined ? "" : `, retired ${retired_at}`;
      return `${kid}  Ed25519 ${x}  since ${created_at}${until}`;
    }),
  );
}
