import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { ApiProblem } from "../../api/problem.ts";
import type { Config, ConfigDraft } from "../../api/types.ts";
import { useConsole } from "../../state/console-context.ts";
import { useAction } from "../../state/use-action.ts";
import { asProblem } from "../../state/use-loaded.ts";
import { Button } from "../../parts/button.tsx";
import { ProblemNotice } from "../../parts/notice.tsx";

interface StartProps {
  readonly draft: ConfigDraft;
  readonly onRefused: (problem: ApiProblem) => void;
  readonly onBack: () => void;
  readonly onCreated: (config: Config) => void;
}

/** The last step: from when on events are delivered. Here the settings are saved. */
export function Start({ draft, onRefused, onBack, onCreated }: StartProps): JSX.Element {
  const { api, strings } = useConsole();
  const { wizard } = strings;
  const [from] = useState<"now">("now");
  const start = useAction(async () => {
    try {
      onCreated(await api.create({ ...draft, is_enabled: true }));
    } catch (error) {
      const problem = asProblem(error);
      if (problem.problems.length === 0) throw error;
      onRefused(problem);
    }
  });
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
        <label class="choice">
          <input type="radio" name="from" value="now" checked={from === "now"} />
          <span>
            <span class="strong">{wizard.fromNow}</span>
            <br />
            <span class="muted">{wizard.fromNowHelp}</span>
          </span>
        </label>
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
