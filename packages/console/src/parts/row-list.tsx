import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "./button.tsx";

interface RowListProps<T> {
  readonly rows: readonly T[];
  readonly addText: string;
  /** Names the row's button for those who do not see which row it stands in. */
  readonly removeText: string;
  readonly nameOf: (row: T, at: number) => string;
  readonly onAdd: () => void;
  readonly onRemove: (at: number) => void;
  readonly children: (row: T, at: number) => ComponentChildren;
}

/** Rows of a form that are added and removed. The focus follows: to a new row, and from one that goes to the button. */
export function RowList<T>(props: RowListProps<T>): JSX.Element {
  const { rows, addText, removeText, nameOf, onAdd, onRemove, children } = props;
  const element = useRef<HTMLDivElement>(null);
  const before = useRef(rows.length);
  useEffect(() => {
    const added = rows.length > before.current;
    const wanted = added ? ".form-row:last-of-type :is(input, select)" : ".add-row";
    if (rows.length !== before.current) element.current?.querySelector<HTMLElement>(wanted)?.focus();
    before.current = rows.length;
  }, [rows.length]);
  return (
    <div class="stack" ref={element}>
      {rows.map((row, at) => (
        <div class="form-row" key={at}>
          {children(row, at)}
          <Button kind="quiet" icon="cross" label={`${removeText}: ${nameOf(row, at)}`} onClick={() => onRemove(at)}>
            <span class="visually-hidden">{removeText}</span>
          </Button>
        </div>
      ))}
      <button type="button" class="button slim add-row" onClick={onAdd}>
        {addText}
      </button>
    </div>
  );
}
