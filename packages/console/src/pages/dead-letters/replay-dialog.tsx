import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Destinations } from "../../api/api.ts";
import type { DryRun, Replay } from "../../api/types.ts";
import { useConsole } from "../../state/console-context.ts";
import { useAction } from "../../state/use-action.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Notice, ProblemNotice } from "../../parts/notice.tsx";
import { ServerText } from "../../parts/text.tsx";
import type { Chosen } from "./chosen.ts";

interface ReplayDialogProps {
  readonly id: string;
  readonly from: Destinations;
  readonly chosen: Chosen;
  readonly onClose: () => void;
  readonly onStarted: (replay: Replay) => void;
}

/** Counts first what would be sent, then sends it at the rate that the reader wants. */
export function ReplayDialog({ id, from, chosen, onClose, onStarted }: ReplayDialogProps): JSX.Element {
  const { strings, formats, announce } = useConsole();
  const { letters } = strings;
  const [counted, setCounted] = useState<DryRun>();
  const [rate, setRate] = useState("");
  const count = useAction(async () => {
    const found = await from.dryRun(id, chosen.selection);
    setCounted(found);
    announce(formats.plural(letters.wouldSend, found.found));
  });
  const start = useAction(async () => {
    const perSecond = Number(rate);
    onStarted(await from.replay(id, chosen.selection, perSecond >= 1 ? perSecond : undefined));
  });
  useEffect(count.run, []);
  const problem = count.problem ?? start.problem;
  return (
    <Dialog title={letters.replayTitle} onClose={onClose}>
      <p>
        <ServerText text={chosen.title} />
      </p>
      <p class="muted">{letters.replayLead}</p>
      {count.isRunning && <p role="status">{letters.counting} …</p>}
      {counted !== undefined && (
        <Notice
          tone={counted.old > 0 || counted.warning !== null ? "warn" : "idle"}
          title={formats.plural(letters.wouldSend, counted.found)}
        >
          {counted.old > 0 && <p>{formats.plural(letters.old, counted.old)}</p>}
          {counted.warning !== null && (
            <p>
              <ServerText text={counted.warning} />
            </p>
          )}
        </Notice>
      )}
      {problem !== undefined && <ProblemNotice problem={problem} />}
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          start.run();
        }}
      >
        <div class="field">
          <label for="rate">
            {letters.rate} <span class="optional">({strings.optional})</span>
          </label>
          <input
            id="rate"
            inputMode="numeric"
            value={rate}
            aria-describedby="rate-help"
            onInput={(event) => setRate(event.currentTarget.value.replaceAll(/\D/g, ""))}
          />
          <p id="rate-help" class="help">
            {letters.rateHelp}
          </p>
        </div>
        <div class="actions">
          <Button onClick={onClose}>{strings.cancel}</Button>
          <Button type="submit" kind="primary" isBusy={start.isRunning || counted === undefined || counted.found === 0}>
            {letters.start}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
