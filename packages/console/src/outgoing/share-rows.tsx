import type { JSX } from "preact";
import { RowList } from "../parts/row-list.tsx";
import { useConsole } from "../state/console-context.ts";
import type { OutgoingPart } from "./outgoing-part.ts";
import type { Share } from "./draft.ts";
import { classesWith } from "./event-classes.ts";
import { FieldProblem } from "./field-problem.tsx";

/** How much is kept of classes of which there are too many. */
export function ShareRows({ draft, problems, onChange }: OutgoingPart): JSX.Element {
  const { strings } = useConsole();
  const { outgoing } = strings;
  const { shares } = draft;
  const set = (at: number, change: Partial<Share>) =>
    onChange({ shares: shares.map((share, index) => (index === at ? { ...share, ...change } : share)) });
  const saved = shares.map(({ classUid }) => Number(classUid)).filter((uid) => uid > 0);
  const classes = classesWith([...draft.classUids, ...saved]);
  return (
    <fieldset class="stack" aria-describedby="shares-help">
      <legend>{outgoing.shares}</legend>
      <p id="shares-help" class="small muted">
        {outgoing.sharesHelp}
      </p>
      <RowList
        rows={shares}
        addText={outgoing.addShare}
        removeText={outgoing.removeShare}
        nameOf={({ classUid }) => classUid}
        onAdd={() => onChange({ shares: [...shares, { classUid: "6003", percent: "10" }] })}
        onRemove={(at) => onChange({ shares: shares.filter((_, index) => index !== at) })}
      >
        {({ classUid, percent }, at) => (
          <div class="row-fields">
            <div class="field wide">
              <label for={`share-${at}-class`}>{outgoing.shareOf}</label>
              <select
                id={`share-${at}-class`}
                value={classUid}
                onChange={(event) => set(at, { classUid: event.currentTarget.value })}
              >
                {classes.map(([uid, name]) => (
                  <option value={`${uid}`}>{name}</option>
                ))}
              </select>
            </div>
            <div class="field">
              <label for={`share-${at}-percent`}>{outgoing.percent}</label>
              <input
                id={`share-${at}-percent`}
                inputMode="decimal"
                value={percent}
                autocomplete="off"
                aria-describedby={`share-${at}-problem`}
                aria-invalid={problems.has(`share.${at}`)}
                onInput={(event) => set(at, { percent: event.currentTarget.value.replace(",", ".") })}
              />
              <FieldProblem id={`share-${at}-problem`} text={problems.get(`share.${at}`)} />
            </div>
          </div>
        )}
      </RowList>
    </fieldset>
  );
}
