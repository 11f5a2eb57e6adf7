import type { Selection } from "../../api/api.ts";

/** The reader's choice: a group of dead letters, or all. */
export interface Chosen {
  readonly selection: Selection;
  readonly count: number;
  readonly title: string;
}
