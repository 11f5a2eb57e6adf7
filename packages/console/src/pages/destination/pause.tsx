import type { JSX } from "preact";
import type { Config } from "../../api/types.ts";
import { useConsole } from "../../state/console-context.ts";
import { useAction } from "../../state/use-action.ts";
import { Button } from "../../parts/button.tsx";
import { ProblemNotice } from "../../parts/notice.tsx";

/** Pauses a destination and resumes it. While it is paused, its queue keeps its events. */
export function Pause({ config, onChanged }: { readonly config: Config; readonly onChanged: () => void }): JSX.Element {
  const { api, strings, announce } = useConsole();
  const { destination } = strings;
  const wasPaused = isPaused(config);
  const change = useAction(async () => {
    // The settings of delivery are replaced as a whole: the others are sent along.
    await api.change(config.id, config.version, { delivery: { ...config.delivery, paused: !wasPaused } });
    announce(wasPaused ? destination.resumedNow : destination.pausedNow);
    onChanged();
  });
  return (
    <>
      <Button icon={wasPaused ? "play" : "pause"} onClick={change.run} isBusy={change.isRunning}>
        {wasPaused ? destination.resume : destination.pause}
      </Button>
      {change.problem !== undefined && <ProblemNotice problem={change.problem} />}
    </>
  );
}

/** Whether an enabled destination is paused: one that is off has nothing to pause. */
export function isPaused({ is_enabled, delivery }: Pick<Config, "is_enabled" | "delivery">): boolean {
  return is_enabled && delivery["paused"] === true;
}
