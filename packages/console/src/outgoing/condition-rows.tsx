import type { JSX } from "preact";
import { RowList } from "../parts/row-list.tsx";
import { useConsole } from "../state/console-context.ts";
import type { Condition, Conditions } from "./conditions.ts";
import { OPERATORS } from "./conditions.ts";
import { FieldProblem } from "./field-problem.tsx";

const FIRST: Condition = { attribute: "actor.user.email_addr", operator: "is-not", value: "" };

interface ConditionRowsProps {
  readonly conditions: Conditions;
  readonly problems: ReadonlyMap<string, string>;
  readonly paths: readonly string[];
  readonly onChange: (conditions: Conditions) => void;
}

export function ConditionRows({ conditions, problems, paths, onChange }: ConditionRowsProps): JSX.Element {
  const { strings } = useConsole();
  const { outgoing } = strings;
  const { match, rows } = conditions;
  const set = (at: number, change: Partial<Condition>) =>
    onChange({ match, rows: rows.map((row, index) => (index === at ? { ...row, ...change } : row)) });
  return (
    <div class="stack">
      {rows.length > 1 && (
        <div class="field">
          <label for="match">{outgoing.match}</label>
          <select
            id="match"
            value={match}
            onChange={(event) => onChange({ rows, match: event.currentTarget.value === "any" ? "any" : "all" })}
          >
            <option value="all">{outgoing.matchAll}</option>
            <option value="any">{outgoing.matchAny}</option>
          </select>
        </div>
      )}
      <RowList
        rows={rows}
        addText={outgoing.addCondition}
        removeText={outgoing.removeCondition}
        nameOf={({ attribute }) => attribute}
        onAdd={() => onChange({ match, rows: [...rows, FIRST] })}
        onRemove={(at) => onChange({ match, rows: rows.filter((_, index) => index !== at) })}
      >
        {({ attribute, operator, value }, at) => {
          const problem = problems.get(`condition.${at}`);
          const described = { "aria-describedby": `condition-${at}-problem` };
          return (
            <div class="row-fields">
              <div class="field wide">
                <label for={`condition-${at}-attribute`}>{outgoing.attribute}</label>
                <input
                  id={`condition-${at}-attribute`}
                  class="mono"
                  list="condition-paths"
                  value={attribute}
                  spellcheck={false}
                  autocomplete="off"
                  autocapitalize="off"
                  aria-invalid={problem !== undefined && attribute.trim() === ""}
                  onInput={(event) => set(at, { attribute: event.currentTarget.value })}
                />
              </div>
              <div class="field">
                <label for={`condition-${at}-operator`}>{outgoing.operator}</label>
                <select
                  id={`condition-${at}-operator`}
                  value={operator}
                  onChange={(event) => {
                    const chosen = OPERATORS.find((each) => each === event.currentTarget.value);
                    set(at, { operator: chosen ?? operator });
                  }}
                >
                  {OPERATORS.map((each) => (
                    <option value={each}>{outgoing.operators[each]}</option>
                  ))}
                </select>
              </div>
              <div class="field">
                <label for={`condition-${at}-value`}>{outgoing.value}</label>
                <input
                  id={`condition-${at}-value`}
                  value={value}
                  spellcheck={false}
                  autocomplete="off"
                  {...described}
                  aria-invalid={problem !== undefined && value === ""}
                  onInput={(event) => set(at, { value: event.currentTarget.value })}
                />
                <FieldProblem id={`condition-${at}-problem`} text={problem} />
              </div>
            </div>
          );
        }}
      </RowList>
      <datalist id="condition-paths">
        {paths
          .filter((path) => !path.includes("["))
          .map((path) => (
            <option value={path} />
          ))}
      </datalist>
    </div>
  );
}
