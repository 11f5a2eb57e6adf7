import type { JSX } from "preact";
import { CodeBlock } from "../../parts/code-block.tsx";
import { Notice } from "../../parts/notice.tsx";
import { Outside } from "../../parts/text.tsx";
import { useConsole } from "../../state/console-context.ts";
import { diffOf } from "../../parts/line-diff.ts";
import type { TappedEvent } from "./tapped-events.ts";

const MARKS = { same: "  ", removed: "− ", added: "+ " } as const;

/** An event whole, and beside it what leaves where redaction or another version of OCSF changes it. */
export function EventView({ tapped }: { readonly tapped: TappedEvent }): JSX.Element {
  const { strings } = useConsole();
  const texts = strings.tap;
  const before = JSON.stringify(tapped.event, null, 2);
  const after = tapped.sent === undefined ? before : JSON.stringify(tapped.sent, null, 2);
  return (
    <>
      {tapped.outcome === "filtered" && <Notice tone="idle" icon="dash" title={texts.filteredOut} />}
      {before === after ? (
        <CodeBlock title={texts.event} text={before} keepsLines />
      ) : (
        <div class="code">
          <div class="code-head">
            {texts.before} → {texts.after}
          </div>
          <pre class="wide" tabIndex={0} role="region" aria-label={`${texts.before}, ${texts.after}`}>
            {diffOf(before, after).map(({ kind, text }) => (
              <span class={`diff-${kind}`}>
                {MARKS[kind]}
                <Outside text={text} />
                {"\n"}
              </span>
            ))}
          </pre>
        </div>
      )}
      {before !== after && <p class="small muted">{texts.lines}</p>}
    </>
  );
}
