import type { JSX } from "preact";
import { Icon } from "../parts/icons.tsx";
import { ServerText } from "../parts/text.tsx";

/** What is wrong with a field, below it; the field names it by `aria-describedby`. */
export function FieldProblem({ id, text }: { readonly id: string; readonly text: string | undefined }): JSX.Element {
  return (
    <div id={id} class="field" aria-live="polite">
      {text !== undefined && (
        <p class="problem">
          <Icon name="alert" size={15} />
          <ServerText text={text} />
        </p>
      )}
    </div>
  );
}
