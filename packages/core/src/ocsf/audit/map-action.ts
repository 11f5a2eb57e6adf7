import { clip } from "../clip.ts";
import { type ActionMapping, actionTable } from "./action.ts";
import { readActionWords } from "./action-words.ts";
import { judge } from "./judgement.ts";
import { outcomeOfWords, withoutOutcome, wordsOf } from "./outcome.ts";

/** An action's OCSF class and activity. */
export interface MappedAction {
  readonly mapping: ActionMapping;
  /** False for an action that is not in the table and whose words name no activity: it became activity 99. */
  readonly known: boolean;
}

/**
 * Maps an action to OCSF: by the table, with or without a word for the outcome; otherwise by the words of its name;
 * otherwise as activity 99 under its own name, in the class its words suggest.
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

/** Maps an action of the table with an outcome, such as `chat_completion_failed`. */
function withOutcome(words: readonly string[]): ActionMapping | undefined {
  const rest = withoutOutcome(words);
  const mapping = rest.length === words.length ? undefined : byName.get(rest.join("_"));
  if (mapping === undefined || mapping.class === "finding") return undefined;
  return { ...mapping, ...judge(mapping.class, mapping, outcomeOfWords(words.join("_"))) };
}

function otherActivity(action: string, of: ActionMapping["class"]): ActionMapping {
  // Truncated to the platform's column; the whole name is kept under `unmapped`.
  const activityName = clip(action, 255) || "unknown";
  // Beside 99, OCSF requires the source's own word, which must differ from "Other".
  const own = { activityId: 99, activityName: activityName === "Other" ? "other" : activityName } as const;
  if (of === "finding") return { class: of, ...own };
  return { class: of, ...own, ...judge(of, { severityId: 1, statusId: 0 }, outcomeOfWords(action)) };
}
