import { z } from "zod";
import { askControl } from "../../control/ask-control.ts";
import { controlPathOf } from "../../control/control-path.ts";
import type { ExitCode } from "../account/account.ts";
import type { CommandContext } from "../shared/context.ts";
import { printJson, printLines } from "../shared/context.ts";
import { loadPlaces } from "../shared/places.ts";

const answer = z.object({ id: z.string(), paused: z.boolean(), queued: z.int() });

/** Pauses or resumes a destination of the running server. */
export async function pause(context: CommandContext, id: string, paused: boolean): Promise<ExitCode> {
  const { settings } = await loadPlaces(context);
  const path = controlPathOf(settings, context.terminal.workingFolder);
  const route = `/${paused ? "pause" : "resume"}?${new URLSearchParams({ destination: id }).toString()}`;
  const done = answer.parse(await askControl({ path, method: "POST", route }));
  if (context.json) printJson(context, done);
  else {
    const text = paused
      ? `${done.id} is paused, with ${done.queued} events in its queue, until it is resumed or the server restarts. To keep it so, set delivery.paused.`
      : `${done.id} delivers again.`;
    printLines(context.terminal.stdout, [text]);
  }
  return 0;
}
