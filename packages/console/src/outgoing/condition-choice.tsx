import type { JSX } from "preact";
import { useConsole } from "../state/console-context.ts";
import type { OutgoingPart } from "./outgoing-part.ts";
import { celOf, conditionsOf } from "./conditions.ts";
import { ConditionRows } from "./condition-rows.tsx";
import { FieldProblem } from "./field-problem.tsx";

/** Conditions on attributes: as rows of a form, or as an expression in CEL for those who write it. */
export function ConditionChoice({ draft, problems, paths, onChange }: OutgoingPart): JSX.Element {
  const { strings } = useConsole();
  const { outgoing } = strings;
  const { cel, conditions } = draft;
  const isByHand = cel !== undefined;
  const asRows = isByHand ? conditionsOf(cel.trim()) : conditions;
  return (
    <fieldset class="stack" aria-describedby="conditions-help">
      <legend>{outgoing.conditions}</legend>
      <div class="row">
        <div class="segmented" role="group" aria-label={outgoing.conditions}>
          <button
            type="button"
            aria-pressed={!isByHand}
            aria-disabled={asRows === undefined}
            {...(asRows === undefined && { "aria-describedby": "rows-impossible" })}
            onClick={() => asRows !== undefined && onChange({ cel: undefined, conditions: asRows })}
          >
            {outgoing.asRows}
          </button>
          <button
            type="button"
            aria-pressed={isByHand}
            onClick={() => !isByHand && onChange({ cel: celOf(conditions) })}
          >
            {outgoing.asCel}
          </button>
        </div>
      </div>
      <p id="conditions-help" class="small muted">
        {outgoing.conditionsHelp}
      </p>
      {isByHand ? (
        <div class="field">
          <label for="cel">{outgoing.cel}</label>
          <textarea
            id="cel"
            rows={5}
            value={cel}
            spellcheck={false}
            autocomplete="off"
            autocapitalize="off"
            placeholder={"class_uid in [3001, 3002] || severity_id >= 3"}
            aria-describedby="cel-problem rows-impossible"
            aria-invalid={problems.has("cel")}
            onInput={(event) => onChange({ cel: event.currentTarget.value })}
          />
          <FieldProblem id="cel-problem" text={problems.get("cel")} />
          <p id="rows-impossible" class="help">
            {asRows === undefined && outgoing.moreThanRows}
          </p>
        </div>
      ) : (
        <>
          <ConditionRows
            conditions={conditions}
            problems={problems}
            paths={paths}
            onChange={(next) => onChange({ conditions: next })}
          />
          <FieldProblem id="conditions-problem" text={problems.get("conditions")} />
        </>
      )}
    </fieldset>
  );
}
