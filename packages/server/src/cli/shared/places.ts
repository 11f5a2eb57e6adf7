import type { Deployment } from "../../config/deployment.ts";
import { ConfigError } from "@arbitex/core/host";
import type { CommandContext } from "./context.ts";
import { inspect } from "./context.ts";

/** Settings for the server's files. The empty path is a problem of the configuration file as a whole. */
const PLACES = /^$|^(?:queue|dead_letters|control)\b|^SIEM_(?:CONFIG|QUEUE|DEAD_LETTER|CONTROL)/;

/**
 * Loads the configuration for commands that only open a server's files: its queue, its dead letters, its socket. These
 * need none of its secrets, so the variables that hold them may be unset.
 */
export async function loadPlaces(context: CommandContext): Promise<Deployment> {
  const { problems, deployment } = await inspect(context);
  const unsure = problems.filter(({ path }) => PLACES.test(path) || path === deployment.configPath);
  if (unsure.length > 0) throw new ConfigError(unsure);
  return deployment;
}
