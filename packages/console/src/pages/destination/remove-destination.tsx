import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Config } from "../../api/types.ts";
import { useConsole } from "../../state/console-context.ts";
import { useAction } from "../../state/use-action.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { ProblemNotice } from "../../parts/notice.tsx";
import { filled } from "../../strings/strings.ts";

export function RemoveDestination({ config }: { readonly config: Config }): JSX.Element {
  const { api, strings, go } = useConsole();
  const { destination } = strings;
  const [isOpen, setOpen] = useState(false);
  const [leftover, setLeftover] = useState<"deliver" | "dead-letter">("deliver");
  const remove = useAction(async () => {
    await api.remove(config.id, leftover);
    go({ page: "overview" });
  });
  const choices = [
    ["deliver", destination.leftoverDeliver],
    ["dead-letter", destination.leftoverDead],
  ] as const;
  return (
    <>
      <Button kind="danger" onClick={() => setOpen(true)}>
        {destination.remove}
      </Button>
      {isOpen && (
        <Dialog
          title={filled(destination.removeTitle, { name: config.name ?? config.connector_type })}
          onClose={() => setOpen(false)}
        >
          <fieldset class="stack">
            <legend>{destination.removeHelp}</legend>
            {choices.map(([value, text]) => (
              <label class="choice">
                <input
                  type="radio"
                  name="leftover"
                  value={value}
                  checked={leftover === value}
                  onChange={() => setLeftover(value)}
                />
                {text}
              </label>
            ))}
          </fieldset>
          {remove.problem !== undefined && <ProblemNotice problem={remove.problem} />}
          <div class="actions">
            <Button onClick={() => setOpen(false)}>{strings.cancel}</Button>
            <Button kind="danger" onClick={remove.run} isBusy={remove.isRunning}>
              {destination.removeConfirm}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}
