import type { JSX } from "preact";
import type { ApiProblem } from "../../api/problem.ts";
import type { ConfigDraft } from "../../api/types.ts";
import { useConsole } from "../../state/console-context.ts";
import { Button } from "../../parts/button.tsx";
import { SendOne } from "../../parts/send-one.tsx";
import { TestTrail } from "../../parts/test-trail.tsx";
import { useTest } from "../../parts/use-test.ts";

interface TryOutProps {
  readonly draft: ConfigDraft;
  readonly siem: string;
  readonly onRefused: (problem: ApiProblem) => void;
  readonly onChange: () => void;
  readonly onNext: () => void;
}

/** The third step: test the settings, and send one event to look for. */
export function TryOut({ draft, siem, onRefused, onChange, onNext }: TryOutProps): JSX.Element {
  const { api, strings } = useConsole();
  const { wizard } = strings;
  const test = useTest(draft, undefined, onRefused, true);
  return (
    <div class="columns even">
      <section class="card stack" aria-labelledby="test-title">
        <h2 id="test-title">{wizard.testTitle}</h2>
        <p class="muted">{wizard.testLead}</p>
        <TestTrail test={test} />
        <div class="row">
          <Button onClick={onChange} icon="back">
            {wizard.change}
          </Button>
          <Button onClick={test.run} isBusy={test.isRunning}>
            {wizard.again}
          </Button>
        </div>
      </section>
      <div class="stack">
        <SendOne siem={siem} sendOne={() => api.testEvent(draft)} onRefused={onRefused} />
        <div class="row">
          <span class="push" />
          <Button kind={test.passed === true ? "primary" : undefined} icon="arrow" onClick={onNext}>
            {wizard.proceed}
          </Button>
        </div>
      </div>
    </div>
  );
}
