import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { ApiProblem } from "../../api/problem.ts";
import type { Config, ConfigDraft } from "../../api/types.ts";
import { useConsole } from "../../state/console-context.ts";
import { useAction } from "../../state/use-action.ts";
import { asProblem, useLoaded } from "../../state/use-loaded.ts";
import { Button } from "../../parts/button.tsx";
import { ProblemNotice } from "../../parts/notice.tsx";

interface StartProps {
  readonly draft: ConfigDraft;
  readonly onRefused: (problem: ApiProblem) => void;
  readonly onBack: () => void;
  readonly onCreated: (config: Config) => void;
}

/** A time of the reader's zone, as the field has it, as the API has it. */
function isoOf(local: string): string {
  return new Date(local).toISOString();
}

/** A time as the field has it: of the reader's zone, without seconds. */
function localOf(time: number): string {
  const zoneMs = new Date(time).getTimezoneOffset() * 60_000;
  return new Date(time - zoneMs).toISOString().slice(0, 16);
}

/** The last step: from when on events are delivered. Here the settings are saved. */
export function Start({ draft, onRefused, onBack, onCreated }: StartProps): JSX.Element {
  const { api, strings, formats } = useConsole();
  const { wizard } = strings;
  const [from, setFrom] = useState<"now" | "held" | "time">("now");
  const [since, setSince] = useState("");
  const others = useLoaded(() => api.overview(), "overview");
  // How many are held in all is counted nowhere: one destination's queue is the least of them.
  const held = Math.max(0, ...(others.value ?? []).map(({ queued }) => queued));
  const start = useAction(async () => {
    try {
      onCreated(
        await api.create({
          ...draft,
          is_enabled: true,
          ...(from !== "now" && { delivery: { ...draft.delivery, start: from === "held" ? from : isoOf(since) } }),
        }),
      );
    } catch (error) {
      const problem = asProblem(error);
      if (problem.problems.length === 0) throw error;
      onRefused(problem);
    }
  });
  const choices = [
    ["now", wizard.fromNow, wizard.fromNowHelp],
    ["held", wizard.fromHeld, held > 0 ? formats.plural(wizard.heldNow, held) : wizard.fromHeldHelp],
    ["time", wizard.fromTime, wizard.fromTimeHelp],
  ] as const;
  return (
    <form
      class="card stack loose"
      onSubmit={(event) => {
        event.preventDefault();
        start.run();
      }}
    >
      <h2>{wizard.startTitle}</h2>
      <fieldset class="stack">
        <legend>{wizard.startLead}</legend>
        {choices.map(([value, title, help]) => (
          <label class="choice">
            <input type="radio" name="from" value={value} checked={from === value} onChange={() => setFrom(value)} />
            <span>
              <span class="strong">{title}</span>
              <br />
              <span class="muted">{help}</span>
            </span>
          </label>
        ))}
        {from === "time" && (
          <div class="field">
            <label for="since">{wizard.since}</label>
            <input
              id="since"
              type="datetime-local"
              required
              max={localOf(Date.now())}
              value={since}
              onInput={(event) => setSince(event.currentTarget.value)}
            />
          </div>
        )}
      </fieldset>
      {start.problem !== undefined && <ProblemNotice problem={start.problem} />}
      <div class="row">
        <Button icon="back" onClick={onBack}>
          {strings.back}
        </Button>
        <span class="push" />
        <Button type="submit" kind="primary" isBusy={start.isRunning}>
          {start.isRunning ? wizard.starting : wizard.begin}
        </Button>
      </div>
    </form>
  );
}
