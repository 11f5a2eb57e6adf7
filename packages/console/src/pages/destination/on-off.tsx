import type { JSX } from "preact";
import type { Config } from "../../api/types.ts";
import { useConsole } from "../../state/console-context.ts";
import { useAction } from "../../state/use-action.ts";
import { Button } from "../../parts/button.tsx";
import { ProblemNotice } from "../../parts/notice.tsx";

/** Turns a destination off and on. While it is off, events are not queued for it. */
export function OnOff({ config, onChanged }: { readonly config: Config; readonly onChanged: () => void }): JSX.Element {
  const { api, strings } = useConsole();
  const turn = useAction(async () => {
    await api.change(config.id, config.version, { is_enabled: !config.is_enabled });
    onChanged();
  });
  return (
    <>
      <Button icon={config.is_enabled ? "stop" : "play"} onClick={turn.run} isBusy={turn.isRunning}>
        {config.is_enabled ? strings.destination.turnOff : strings.destination.turnOn}
      </Button>
      {turn.problem !== undefined && <ProblemNotice problem={turn.problem} />}
    </>
  );
}
