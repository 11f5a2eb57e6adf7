import type { JSX } from "preact";
import { RowList } from "../parts/row-list.tsx";
import { useConsole } from "../state/console-context.ts";
import type { OutgoingPart } from "./outgoing-part.ts";
import type { Rule } from "./draft.ts";
import { ACTIONS } from "./draft.ts";
import { FieldProblem } from "./field-problem.tsx";

/** What is left out of each event, or replaced in it, before it leaves. */
export function RedactionRows({ draft, problems, paths, onChange }: OutgoingPart): JSX.Element {
  const { strings } = useConsole();
  const { outgoing } = strings;
  const { rules } = draft;
  const set = (at: number, change: Partial<Rule>) =>
    onChange({ rules: rules.map((rule, index) => (index === at ? { ...rule, ...change } : rule)) });
  return (
    <>
      <RowList
        rows={rules}
        addText={outgoing.addRule}
        removeText={outgoing.removeRule}
        nameOf={({ path }) => path}
        onAdd={() => onChange({ rules: [...rules, { path: "", action: "drop", count: "4" }] })}
        onRemove={(at) => onChange({ rules: rules.filter((_, index) => index !== at) })}
      >
        {({ path, action, count }, at) => (
          <div class="row-fields">
            <div class="field wide">
              <label for={`redact-${at}-path`}>{outgoing.path}</label>
              <input
                id={`redact-${at}-path`}
                class="mono"
                list="redact-paths"
                value={path}
                spellcheck={false}
                autocomplete="off"
                autocapitalize="off"
                aria-describedby={`redact-${at}-problem`}
                aria-invalid={problems.has(`redact.${at}`)}
                onInput={(event) => set(at, { path: event.currentTarget.value })}
              />
              <FieldProblem id={`redact-${at}-problem`} text={problems.get(`redact.${at}`)} />
            </div>
            <div class="field">
              <label for={`redact-${at}-action`}>{outgoing.action}</label>
              <select
                id={`redact-${at}-action`}
                value={action}
                onChange={(event) => {
                  const chosen = ACTIONS.find((each) => each === event.currentTarget.value);
                  set(at, { action: chosen ?? action });
                }}
              >
                {ACTIONS.map((each) => (
                  <option value={each}>{outgoing.actions[each]}</option>
                ))}
              </select>
            </div>
            {action === "keep_last" && (
              <div class="field few">
                <label for={`redact-${at}-count`}>{outgoing.count}</label>
                <input
                  id={`redact-${at}-count`}
                  inputMode="numeric"
                  value={count}
                  autocomplete="off"
                  onInput={(event) => set(at, { count: event.currentTarget.value })}
                />
              </div>
            )}
          </div>
        )}
      </RowList>
      <datalist id="redact-paths">
        {paths.map((path) => (
          <option value={path} />
        ))}
      </datalist>
    </>
  );
}
