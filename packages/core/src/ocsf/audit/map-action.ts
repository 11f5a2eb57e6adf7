import { clip } from "../clip.ts";
import { type ActionMapping, actionTable } from "./action.ts";
import { readActionWords } from "./action-words.ts";
import { judge } from "./judgement.ts";
import { outcomeOfWords, withoutOutcome, wordsOf } from "./outcome.ts";

/** An action's OCSF class and activity. */
export interface MappedAction {
  readonly mapping: ActionMapping;
  /** False for an action that the table does not have and whose words say no activity: it became activity 99. */
  readonly known: boolean;
}

/**
 * What an action is in OCSF: by the table, with or without a word that says an outcome; else by the words of its name; else
 * activity 99, under its own name, of the class that its words suggest.
 */
export function mapAction(action: string): MappedAction {
  const words = wordsOf(action);
  const listed = byName.get(words.join("_")) ?? withOutcome(words);
  if (listed !== undefined) return { mapping: listed, known: true };
  const read = readActionWords(words);
  return read.mapping === undefined
    ? { mapping: otherActivity(action, read.class), known: false }
    : { mapping: read.mapping, known: true };
}

const byName: ReadonlyMap<string, ActionMapping> = new Map(
  actionTable.flatMap(({ names, mapping }) =>
    names.map((name): [string, ActionMapping] => [wordsOf(name).join("_"), mapping]),
  ),
);

/** `chat_completion_failed`: an action of the table that failed. */
function withOutcome(words: readonly string[]): ActionMapping | undefined {
  const rest = withoutOutcome(words);
  const mapping = rest.length === words.length ? undefined : byName.get(rest.join("_"));
  if (mapping === undefined || mapping.class === "finding") return undefined;
  return { ...mapping, ...judge(mapping.class, mapping, outcomeOfWords(words.join("_"))) };
}

function otherActivity(action: string, of: ActionMapping["class"]): ActionMapping {
  // Longer than the platform's column is no name; all of it is kept under `unmapped`.
  const activityName = clip(action, 255) || "unknown";
  // OCSF asks for a word of the source's own beside 99, and its own is not one.
  const own = { activityId: 99, activityName: activityName === "Other" ? "other" : activityName } as const;
  if (of === "finding") return { class: of, ...own };
  return { class: of, ...own, ...judge(of, { severityId: 1, statusId: 0 }, outcomeOfWords(action)) };
}
