import type { JSX } from "preact";
import type { FieldProblem } from "../../api/problem.ts";
import type { OutgoingDraft } from "../../outgoing/draft.ts";
import { OutgoingEditor } from "../../outgoing/outgoing-editor.tsx";
import { Button } from "../../parts/button.tsx";
import { useConsole } from "../../state/console-context.ts";

interface ChooseEventsProps {
  readonly draft: OutgoingDraft;
  readonly refused: readonly FieldProblem[];
  readonly onChange: (draft: OutgoingDraft) => void;
  readonly onBack: () => void;
  readonly onNext: () => void;
}

/** The fourth step, which may be passed over: which events are delivered, and what is taken out of them. */
export function ChooseEvents({ draft, refused, onChange, onBack, onNext }: ChooseEventsProps): JSX.Element {
  const { strings } = useConsole();
  return (
    <OutgoingEditor draft={draft} refused={refused} onChange={onChange} onSubmit={onNext}>
      <div class="row">
        <Button icon="back" onClick={onBack}>
          {strings.back}
        </Button>
        <span class="push" />
        <Button type="submit" kind="primary" icon="arrow">
          {strings.wizard.proceed}
        </Button>
      </div>
    </OutgoingEditor>
  );
}
