import type { ComponentChildren, JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { FieldProblem } from "../api/problem.ts";
import { Notice } from "../parts/notice.tsx";
import { ServerText } from "../parts/text.tsx";
import { useConsole } from "../state/console-context.ts";
import { BeforeAfter } from "./before-after.tsx";
import type { OutgoingDraft } from "./draft.ts";
import { filterOf, missingIn, redactOf } from "./draft.ts";
import { pathsOf } from "./event-paths.ts";
import { OutgoingForm } from "./outgoing-form.tsx";
import { placedIn } from "./outgoing-problems.ts";
import { PreviewCard } from "./preview-card.tsx";
import { usePreview } from "./use-preview.ts";

/** Until the first event came: what audit events often hold. */
const USUAL_PATHS = ["actor.user.email_addr", "actor.user.name", "message", "src_endpoint.ip", "status"];

interface OutgoingEditorProps {
  readonly draft: OutgoingDraft;
  /** What the server did not accept when it was saved. */
  readonly refused: readonly FieldProblem[];
  readonly onChange: (draft: OutgoingDraft) => void;
  readonly onSubmit: () => void;
  /** The form's buttons. */
  readonly children: ComponentChildren;
}

/** Filter, sampling and redaction, and beside them what they do to recent events. */
export function OutgoingEditor({ draft, refused, onChange, onSubmit, children }: OutgoingEditorProps): JSX.Element {
  const { strings, formats } = useConsole();
  const [wasTried, setTried] = useState(false);
  const [picked, setPicked] = useState(0);
  const previewed = usePreview(filterOf(draft), redactOf(draft));
  const events = previewed.preview?.events ?? [];
  const paths = useMemo(
    () => (events.length === 0 ? USUAL_PATHS : pathsOf(events.map(({ before }) => before))),
    [previewed.preview],
  );
  // The preview judges what stands here now; what saving was refused for may have been changed since.
  const told = previewed.problem?.problems ?? [];
  const { atField, elsewhere } = placedIn(told.length > 0 ? told : refused, draft);
  const missing = missingIn(draft);
  const problems = new Map([
    ...atField,
    ...(wasTried ? [...missing].map((field) => [field, strings.form.missing] as const) : []),
  ]);
  const shown = events[Math.min(picked, events.length - 1)];
  return (
    <form
      class="stack loose"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        const form = event.currentTarget;
        if (missing.size === 0 && told.length === 0) onSubmit();
        else requestAnimationFrame(() => form.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
      }}
    >
      <div class="columns sided">
        <div class="stack loose">
          {problems.size > 0 && wasTried && (
            <Notice tone="bad" title={formats.plural(strings.form.problems, problems.size)} isAlert />
          )}
          {elsewhere.map(({ path, message, fix }) => (
            <Notice tone="bad" title={path} isAlert>
              <ServerText text={fix === undefined ? message : `${message} ${fix}`} />
            </Notice>
          ))}
          <OutgoingForm
            draft={draft}
            problems={problems}
            paths={paths}
            onChange={(change) => onChange({ ...draft, ...change })}
          />
        </div>
        <PreviewCard previewed={previewed} isProblemPlaced={told.length > 0} picked={picked} onPick={setPicked} />
      </div>
      {shown !== undefined && told.length === 0 && <BeforeAfter event={shown} />}
      {children}
    </form>
  );
}
