import { type ActionMapping, actionTable } from "./action.ts";

export interface MappedAction {
  readonly mapping: ActionMapping;
  /** False for an action that the table does not have. */
  readonly known: boolean;
}

/** What an action is in OCSF. An unknown one becomes activity 99, under its own name, of the class that its first word suggests. */
export function mapAction(action: string): MappedAction {
  const mapping = byName.get(normalize(action));
  return mapping === undefined ? { mapping: otherActivity(action), known: false } : { mapping, known: true };
}

const byName: ReadonlyMap<string, ActionMapping> = new Map(
  actionTable.flatMap(({ names, mapping }) => names.map((name): [string, ActionMapping] => [normalize(name), mapping])),
);

// The dialects differ in case and in what joins the words: auth.login_success, auth.login.success.
function normalize(action: string): string {
  return action
    .trim()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_");
}

const classByFirstWord: ReadonlyMap<string, ActionMapping["class"]> = new Map([
  ["auth", "authentication"],
  ["login", "authentication"],
  ["logout", "authentication"],
  ["session", "authentication"],
  ["sso", "authentication"],
  ["token", "authentication"],
  ["dlp", "finding"],
  ["credint", "finding"],
  ["compliance", "finding"],
  ["admin", "accountChange"],
  ["config", "accountChange"],
  ["group", "accountChange"],
  ["key", "accountChange"],
  ["org", "accountChange"],
  ["policy", "accountChange"],
  ["role", "accountChange"],
  ["rule", "accountChange"],
  ["user", "accountChange"],
]);

function otherActivity(action: string): ActionMapping {
  const [firstWord = ""] = normalize(action).split("_");
  const own = { activityId: 99, activityName: action === "" ? "unknown" : action, severityId: 1, statusId: 0 } as const;
  return { class: classByFirstWord.get(firstWord) ?? "apiActivity", ...own };
}
