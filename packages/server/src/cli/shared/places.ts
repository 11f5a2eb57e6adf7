import type { Deployment } from "../../config/deployment.ts";
import { ConfigError } from "@arbitex/core/host";
import type { CommandContext } from "./context.ts";
import { inspect } from "./context.ts";

/** Settings that say where a server keeps what; of the file as a whole nothing is named. */
const PLACES = /^$|^(?:queue|dead_letters|control)\b|^SIEM_(?:CONFIG|QUEUE|DEAD_LETTER|CONTROL)/;

/**
 * The configuration for commands that only look into files of a server: its queue, its dead letters, its socket. They need
 * none of its secrets, and so none of the variables that hold them.
 */
export async function loadPlaces(context: CommandContext): Promise<Deployment> {
  const { problems, deployment } = await inspect(context);
  const unsure = problems.filter(({ path }) => PLACES.test(path) || path === deployment.configPath);
  if (unsure.length > 0) throw new ConfigError(unsure);
  return deployment;
}
