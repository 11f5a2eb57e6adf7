import type { JSX } from "preact";
import { useConsole } from "../state/console-context.ts";
import { besideOf } from "./beside.ts";
import { Outside } from "./text.tsx";

interface BesideViewProps {
  readonly before: unknown;
  readonly after: unknown;
}

/** Two values side by side with their differences marked; one above the other where there is no room. */
export function BesideView({ before, after }: BesideViewProps): JSX.Element {
  const { strings, formats } = useConsole();
  const { tap } = strings;
  const rows = besideOf(before, after);
  const side = (which: "before" | "after") => (
    <div class="code">
      <div class="code-head">{tap[which]}</div>
      <pre class="wide beside" tabIndex={0} role="region" aria-label={tap[which]}>
        {rows.map((row) => {
          if (row.kind === "folded") {
            return <span class="line folded">{formats.plural(tap.folded, row.count)}</span>;
          }
          const text = row[which];
          const isChanged = row.kind === "changed" && text !== undefined;
          const kind = which === "before" ? "diff-removed" : "diff-added";
          return (
            <span class={`line ${isChanged ? kind : ""}`}>
              {isChanged ? (which === "before" ? "− " : "+ ") : "  "}
              <Outside text={text ?? ""} />
            </span>
          );
        })}
      </pre>
    </div>
  );
  return (
    <div class="columns even">
      {side("before")}
      {side("after")}
    </div>
  );
}
