import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Destinations } from "../../api/api.ts";
import { useConsole } from "../../state/console-context.ts";
import { useAction } from "../../state/use-action.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Notice, ProblemNotice } from "../../parts/notice.tsx";
import { Outside, ServerText } from "../../parts/text.tsx";
import { filled } from "../../strings/strings.ts";
import type { Chosen } from "./chosen.ts";

interface PurgeDialogProps {
  readonly id: string;
  readonly from: Destinations;
  readonly name: string;
  readonly chosen: Chosen;
  readonly onClose: () => void;
  readonly onPurged: (count: number) => void;
}

/** Purging is for good, so the destination's name is typed first; the server wants it as well. */
export function PurgeDialog({ id, from, name, chosen, onClose, onPurged }: PurgeDialogProps): JSX.Element {
  const { strings, formats } = useConsole();
  const { letters } = strings;
  const [typed, setTyped] = useState("");
  const isConfirmed = typed.trim() === name;
  const purge = useAction(async () => onPurged((await from.purge(id, chosen.selection, name)).purged));
  return (
    <Dialog title={letters.purgeTitle} onClose={onClose}>
      <Notice tone="bad" title={formats.plural(letters.purgeLead, chosen.count)}>
        <p>
          <ServerText text={chosen.title} />
        </p>
      </Notice>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (isConfirmed) purge.run();
        }}
      >
        <div class="field">
          <label for="confirm">
            <Outside text={filled(letters.purgeType, { name })} />
          </label>
          <input
            id="confirm"
            autocomplete="off"
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </div>
        {purge.problem !== undefined && <ProblemNotice problem={purge.problem} />}
        <div class="actions">
          <Button onClick={onClose}>{strings.cancel}</Button>
          <Button type="submit" kind="danger" isBusy={purge.isRunning || !isConfirmed}>
            {letters.purgeConfirm}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
