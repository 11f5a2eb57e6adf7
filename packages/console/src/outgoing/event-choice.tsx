import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useConsole } from "../state/console-context.ts";
import type { OutgoingPart } from "./outgoing-part.ts";
import { classesWith } from "./event-classes.ts";
import { FieldProblem } from "./field-problem.tsx";

const SEVERITIES = [2, 3, 4, 5, 6] as const;

/** From which severity on, and of which classes. */
export function EventChoice({ draft, problems, onChange }: OutgoingPart): JSX.Element {
  const { strings } = useConsole();
  const { outgoing } = strings;
  // Those of the saved filter stay to be chosen again once they are not.
  const [classes] = useState(() => classesWith(draft.classUids));
  const turn = (uid: number, isChosen: boolean) => {
    const others = draft.classUids.filter((each) => each !== uid);
    onChange({ classUids: isChosen ? [...others, uid] : others });
  };
  return (
    <>
      <div class="field">
        <label for="severity">{outgoing.severity}</label>
        <select
          id="severity"
          value={draft.minSeverity}
          aria-describedby="severity-problem"
          aria-invalid={problems.has("severity")}
          onChange={(event) => onChange({ minSeverity: event.currentTarget.value })}
        >
          <option value="">{outgoing.anySeverity}</option>
          {SEVERITIES.map((severity) => (
            <option value={`${severity}`}>{outgoing.severities[severity]}</option>
          ))}
          {draft.minSeverity !== "" && !SEVERITIES.some((each) => `${each}` === draft.minSeverity) && (
            <option value={draft.minSeverity}>{draft.minSeverity}</option>
          )}
        </select>
        <FieldProblem id="severity-problem" text={problems.get("severity")} />
      </div>
      <fieldset class="stack tight" aria-describedby="classes-help classes-problem">
        <legend>{outgoing.classes}</legend>
        <p id="classes-help" class="small muted">
          {outgoing.classesHelp}
        </p>
        <div class="check-grid">
          {classes.map(([uid, name]) => (
            <label class="check">
              <input
                type="checkbox"
                checked={draft.classUids.includes(uid)}
                onChange={(event) => turn(uid, event.currentTarget.checked)}
              />
              <span>{name}</span>
            </label>
          ))}
        </div>
        <FieldProblem id="classes-problem" text={problems.get("classes")} />
      </fieldset>
    </>
  );
}
