import type { OutgoingDraft } from "./draft.ts";

/** What each part of the form works with. */
export interface OutgoingPart {
  readonly draft: OutgoingDraft;
  /** By field: `cel`, `conditions`, `condition.0`, `redact.0` and so on. */
  readonly problems: ReadonlyMap<string, string>;
  /** Paths of recent events, to choose from. */
  readonly paths: readonly string[];
  readonly onChange: (change: Partial<OutgoingDraft>) => void;
}
