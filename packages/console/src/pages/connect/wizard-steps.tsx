import type { JSX } from "preact";
import { useConsole } from "../../state/console-context.ts";

const STEPS = ["choose", "settings", "test", "events", "start"] as const;

export type WizardStep = (typeof STEPS)[number];

/** How far the reader is. */
export function WizardSteps({ current }: { readonly current: WizardStep }): JSX.Element {
  const { strings } = useConsole();
  const at = STEPS.indexOf(current);
  return (
    <ol class="steps" aria-label={strings.wizard.steps}>
      {STEPS.map((step, index) => (
        <li class={index < at ? "done" : ""} {...(index === at && { "aria-current": "step" })}>
          {strings.wizard[step]}
        </li>
      ))}
    </ol>
  );
}
