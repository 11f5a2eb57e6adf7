import type { JSX } from "preact";
import { Button } from "../parts/button.tsx";
import { ProblemNotice } from "../parts/notice.tsx";
import { Pill } from "../parts/pill.tsx";
import { Outside } from "../parts/text.tsx";
import { useConsole } from "../state/console-context.ts";
import { filled } from "../strings/strings.ts";
import { recordOf } from "../api/problem.ts";
import { kindOfEvent, messageOfEvent } from "../parts/event-words.ts";
import type { PreviewedEvent, Previewed } from "./use-preview.ts";

interface PreviewCardProps {
  readonly previewed: Previewed;
  /** What is wrong stands at its field already. */
  readonly isProblemPlaced: boolean;
  readonly picked: number;
  readonly onPick: (at: number) => void;
}

/** How many recent events would pass, and some of them to look at. */
export function PreviewCard({ previewed, isProblemPlaced, picked, onPick }: PreviewCardProps): JSX.Element {
  const { strings, formats } = useConsole();
  const { outgoing } = strings;
  const { preview, isAsking, problem, again } = previewed;
  return (
    <section class="card stack beside-form" aria-labelledby="preview-title" aria-busy={isAsking}>
      <div class="row">
        <h2 id="preview-title">{outgoing.preview}</h2>
        <span class="push" />
        <Button isSlim kind="quiet" isBusy={isAsking} onClick={again}>
          {outgoing.again}
        </Button>
      </div>
      {problem !== undefined && problem.problems.length === 0 && <ProblemNotice problem={problem} />}
      {isProblemPlaced && <p class="muted">{outgoing.previewBroken}</p>}
      {preview !== undefined && !isProblemPlaced && (
        <>
          <p role="status" class="preview-count">
            {preview.lookedAt === 0
              ? outgoing.noEvents
              : filled(outgoing.wouldPass, {
                  passed: formats.number(preview.passed),
                  n: formats.number(preview.lookedAt),
                })}
          </p>
          {preview.lookedAt > 0 && (
            <div class="meter" aria-hidden="true">
              <span style={{ width: `${(100 * preview.passed) / preview.lookedAt}%` }} />
            </div>
          )}
          {preview.lookedAt === 0 && <p class="small muted">{outgoing.noEventsHelp}</p>}
          {preview.events.length > 0 && (
            <ul class="sample-list" aria-label={outgoing.samples}>
              {preview.events.map((each, at) => (
                <Sample key={at} event={each} isPicked={at === picked} onPick={() => onPick(at)} />
              ))}
            </ul>
          )}
        </>
      )}
    </section>
  );
}

interface SampleProps {
  readonly event: PreviewedEvent;
  readonly isPicked: boolean;
  readonly onPick: () => void;
}

function Sample({ event: { isPassed, before }, isPicked, onPick }: SampleProps): JSX.Element {
  const { strings } = useConsole();
  const event = recordOf(before);
  return (
    <li>
      <button type="button" class="sample" aria-pressed={isPicked} onClick={onPick}>
        <span class="row tight">
          <span class="strong">
            <Outside text={kindOfEvent(event)} />
          </span>
          <span class="push" />
          <Pill
            tone={isPassed ? "good" : "idle"}
            icon={isPassed ? "check" : "dash"}
            text={isPassed ? strings.outgoing.passes : strings.outgoing.leftOut}
          />
        </span>
        <span class="clip small muted">
          <Outside text={messageOfEvent(event)} />
        </span>
      </button>
    </li>
  );
}
