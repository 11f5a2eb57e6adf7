import type { JSX } from "preact";
import { useConsole } from "../state/console-context.ts";
import { ConditionChoice } from "./condition-choice.tsx";
import { EventChoice } from "./event-choice.tsx";
import type { OutgoingPart } from "./outgoing-part.ts";
import { RedactionRows } from "./redaction-rows.tsx";
import { ShareRows } from "./share-rows.tsx";
import { VersionChoice } from "./version-choice.tsx";

/** Which events a destination gets, and what is taken out of them. */
export function OutgoingForm(part: OutgoingPart): JSX.Element {
  const { strings } = useConsole();
  const { outgoing } = strings;
  return (
    <>
      <section class="card stack loose" aria-labelledby="which-title">
        <div class="stack tight">
          <h2 id="which-title">{outgoing.which}</h2>
          <p class="muted">{outgoing.whichHelp}</p>
        </div>
        <EventChoice {...part} />
        <ConditionChoice {...part} />
        <details open={part.draft.shares.length > 0}>
          <summary>{outgoing.sampling}</summary>
          <div class="section-body">
            <ShareRows {...part} />
          </div>
        </details>
      </section>
      <section class="card stack" aria-labelledby="redaction-title">
        <div class="stack tight">
          <h2 id="redaction-title">{outgoing.redaction}</h2>
          <p class="muted">{outgoing.redactionHelp}</p>
        </div>
        <RedactionRows {...part} />
      </section>
      <section class="card stack" aria-labelledby="version-title">
        <VersionChoice {...part} />
      </section>
    </>
  );
}
