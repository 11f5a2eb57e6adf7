import type { JSX } from "preact";
import { BesideView } from "../parts/beside-view.tsx";
import { CodeBlock } from "../parts/code-block.tsx";
import { useConsole } from "../state/console-context.ts";
import type { PreviewedEvent } from "./use-preview.ts";

/** A recent event as it came and as it would leave. */
export function BeforeAfter({ event }: { readonly event: PreviewedEvent }): JSX.Element {
  const { strings } = useConsole();
  const { outgoing, tap } = strings;
  const { isPassed, before, after } = event;
  const isChanged = JSON.stringify(before) !== JSON.stringify(after);
  return (
    <section class="card stack" aria-labelledby="before-after-title">
      <div class="stack tight">
        <h2 id="before-after-title">{outgoing.beforeAfter}</h2>
        <p class="muted">{!isPassed ? tap.filteredOut : isChanged ? tap.lines : outgoing.unchanged}</p>
      </div>
      {isPassed && isChanged ? (
        <BesideView before={before} after={after} />
      ) : (
        <CodeBlock title={tap.event} text={JSON.stringify(before, null, 2)} keepsLines />
      )}
    </section>
  );
}
