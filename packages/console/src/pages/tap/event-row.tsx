import type { JSX } from "preact";
import { recordOf } from "../../api/problem.ts";
import { kindOfEvent, messageOfEvent } from "../../parts/event-words.ts";
import { Pill } from "../../parts/pill.tsx";
import { Outside } from "../../parts/text.tsx";
import { useConsole } from "../../state/console-context.ts";
import type { TappedEvent } from "./tapped-events.ts";

interface EventRowProps {
  readonly tapped: TappedEvent;
  readonly isPicked: boolean;
  readonly onPick: (key: number) => void;
}

export function EventRow({ tapped, isPicked, onPick }: EventRowProps): JSX.Element {
  const { formats, strings } = useConsole();
  const event = recordOf(tapped.event);
  return (
    <li>
      <button type="button" class="tap-row" aria-pressed={isPicked} onClick={() => onPick(tapped.key)}>
        <span class="muted numeric">{formats.preciseClock(new Date(tapped.at).getTime())}</span>
        <span class="strong">
          <Outside text={kindOfEvent(event)} />
        </span>
        <span class="clip">
          <Outside text={messageOfEvent(event)} />
        </span>
        {tapped.outcome === "passed" && tapped.destination !== undefined && (
          <span class="small muted">
            <Outside text={tapped.destination} />
          </span>
        )}
        {tapped.outcome !== "passed" && (
          <span>
            <Pill tone="idle" icon="dash" text={strings.tap.outcomes[tapped.outcome] ?? tapped.outcome} />
          </span>
        )}
      </button>
    </li>
  );
}
